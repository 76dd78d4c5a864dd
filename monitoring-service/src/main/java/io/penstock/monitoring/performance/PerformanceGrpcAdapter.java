package io.penstock.monitoring.performance;

import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.version.VersionName;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsResponse;
import jakarta.inject.Singleton;

/// Performance's part of `MonitoringService`.
@Singleton
public final class PerformanceGrpcAdapter {

  private final MonitoredVersions versions;
  private final PerformanceReports reports;

  PerformanceGrpcAdapter(MonitoredVersions versions, PerformanceReports reports) {
    this.versions = versions;
    this.reports = reports;
  }

  public ListPerformanceWindowsResponse list(ListPerformanceWindowsRequest request) {
    var name = VersionName.parse("version", request.getVersion());
    var range = TimeProtos.range(request.getStartTime(), request.getEndTime());
    var windows = reports.of(versions.required(name).id(), range);
    var response = ListPerformanceWindowsResponse.newBuilder();
    windows.forEach(window -> response.addWindows(PerformanceProtos.toProto(window)));
    if (!windows.isEmpty()) {
      response.setTotal(PerformanceProtos.toProto(Performance.total(windows)));
    }
    return response.build();
  }
}
