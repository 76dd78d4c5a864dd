package io.penstock.monitoring.drift;

import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.version.VersionName;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.monitoring.v1.DriftReport;
import io.penstock.proto.monitoring.v1.GetDriftReportRequest;
import jakarta.inject.Singleton;

/// Drift's part of `MonitoringService`.
@Singleton
public final class DriftGrpcAdapter {

  private final MonitoredVersions versions;
  private final DriftReports reports;
  private final DriftConfig config;

  DriftGrpcAdapter(MonitoredVersions versions, DriftReports reports, DriftConfig config) {
    this.versions = versions;
    this.reports = reports;
    this.config = config;
  }

  public DriftReport report(GetDriftReportRequest request) {
    var name = VersionName.parse("version", request.getVersion());
    var range = TimeProtos.range(request.getStartTime(), request.getEndTime());
    var windows = reports.of(versions.required(name), range);
    var report =
        DriftReport.newBuilder()
            .setVersion(name.toString())
            .setFalseDiscoveryRate(config.falseDiscoveryRate())
            .setSummary(DriftSummary.of(windows));
    windows.forEach(window -> report.addWindows(DriftProtos.toProto(window)));
    return report.build();
  }
}
