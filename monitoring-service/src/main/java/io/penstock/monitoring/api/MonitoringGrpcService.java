package io.penstock.monitoring.api;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.monitoring.alert.AlertGrpcAdapter;
import io.penstock.monitoring.canary.CanaryGrpcAdapter;
import io.penstock.monitoring.drift.DriftGrpcAdapter;
import io.penstock.monitoring.feedback.FeedbackGrpcAdapter;
import io.penstock.monitoring.performance.PerformanceGrpcAdapter;
import io.penstock.proto.monitoring.v1.DriftReport;
import io.penstock.proto.monitoring.v1.GetDriftReportRequest;
import io.penstock.proto.monitoring.v1.ListAlertsRequest;
import io.penstock.proto.monitoring.v1.ListAlertsResponse;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsResponse;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsResponse;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.proto.monitoring.v1.RecordFeedbackResponse;
import jakarta.inject.Singleton;

/// `penstock.monitoring.v1.MonitoringService`, each RPC answered by the feature that owns it.
@Singleton
final class MonitoringGrpcService extends MonitoringServiceGrpc.MonitoringServiceImplBase {

  private final FeedbackGrpcAdapter feedback;
  private final PerformanceGrpcAdapter performance;
  private final DriftGrpcAdapter drift;
  private final AlertGrpcAdapter alerts;
  private final CanaryGrpcAdapter canaries;

  MonitoringGrpcService(
      FeedbackGrpcAdapter feedback,
      PerformanceGrpcAdapter performance,
      DriftGrpcAdapter drift,
      AlertGrpcAdapter alerts,
      CanaryGrpcAdapter canaries) {
    this.feedback = feedback;
    this.performance = performance;
    this.drift = drift;
    this.alerts = alerts;
    this.canaries = canaries;
  }

  @Override
  public void recordFeedback(
      RecordFeedbackRequest request, StreamObserver<RecordFeedbackResponse> out) {
    Calls.unary(out, () -> feedback.record(request));
  }

  @Override
  public void listPerformanceWindows(
      ListPerformanceWindowsRequest request, StreamObserver<ListPerformanceWindowsResponse> out) {
    Calls.unary(out, () -> performance.list(request));
  }

  @Override
  public void getDriftReport(GetDriftReportRequest request, StreamObserver<DriftReport> out) {
    Calls.unary(out, () -> drift.report(request));
  }

  @Override
  public void listAlerts(ListAlertsRequest request, StreamObserver<ListAlertsResponse> out) {
    Calls.unary(out, () -> alerts.list(request));
  }

  @Override
  public void listCanaryVerdicts(
      ListCanaryVerdictsRequest request, StreamObserver<ListCanaryVerdictsResponse> out) {
    Calls.unary(out, () -> canaries.list(request));
  }
}
