package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status.Code;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Topics;
import io.penstock.monitoring.version.Baselines;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.monitoring.v1.ColumnDrift;
import io.penstock.proto.monitoring.v1.DriftReport;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.GetDriftReportRequest;
import io.penstock.proto.monitoring.v1.ListAlertsRequest;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsResponse;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.RecordingHandler;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole service, from events on the log to answers, alerts and verdicts.
class MonitoringIT {

  private static final long SEED = 2001;
  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension static final FakeRegistry registry = new FakeRegistry();

  @RegisterExtension static final ServiceExtension monitoring = RunningMonitoring.beside(registry);

  private final Random random = new Random(SEED);

  private MonitoringServiceGrpc.MonitoringServiceBlockingStub client() {
    return MonitoringServiceGrpc.newBlockingStub(
        monitoring.channel("ada", "data-scientist", "client"));
  }

  @Test
  void performance_ofPredictionsAndLabels_isWhatHappened() throws Exception {
    var predictions = Predictions.of("perf", "1");
    registered("models/perf/versions/1", 0.7);
    var events = new ArrayList<PredictionEvent>();
    for (int i = 0; i < 300; i++) {
      events.add(predictions.at(APRIL.plusSeconds(20L * i), 0, i % 4 == 0 ? 0.8 : 0.3));
    }
    events.add(
        predictions.at(APRIL, 0, 0).toBuilder()
            .clearOutputs()
            .setErrorReason("MODEL_FAILED")
            .build());
    append(events);
    var feedback = RecordFeedbackRequest.newBuilder();
    for (int i = 0; i < 300; i++) {
      feedback.addFeedback(
          Feedback.newBuilder()
              .setPredictionId(events.get(i).getPredictionId())
              .setLabel(i % 4 == 0 ? 1 : 0));
    }

    assertThat(client().recordFeedback(feedback.build()).getAccepted()).isEqualTo(300);

    Eventually.become(SOON, () -> windows("perf", "1").getTotal().getLabels() == 300);
    var response = windows("perf", "1");
    assertThat(response.getWindowsList()).hasSize(2);
    assertThat(response.getWindows(0).getStartTime()).isEqualTo(TimeProtos.timestamp(APRIL));
    assertThat(response.getWindows(0).getRequests()).isEqualTo(181);
    assertThat(response.getWindows(0).getErrors()).isEqualTo(1);
    var total = response.getTotal();
    assertThat(total.getRequests()).isEqualTo(301);
    assertThat(total.getRows()).isEqualTo(301);
    assertThat(total.getAuc()).isEqualTo(1);
    assertThat(total.getAccuracy()).isEqualTo(1);
    assertThat(total.getLabelRate()).isEqualTo(0.25);
    assertThat(total.getBrier()).isCloseTo(0.25 * 0.04 + 0.75 * 0.09, within(1e-12));
    assertThat(total.getMeanPrediction()).isCloseTo(0.425, within(1e-12));
    assertThat(total.getLatencyUs().getP99()).isCloseTo(1500, within(70.0));
  }

  @Test
  void drift_ofOneFeature_isReportedAlertedAndResolved() throws Exception {
    var predictions = Predictions.of("drift", "1");
    registered("models/drift/versions/1", 0.7);
    var alerts = RunningMonitoring.subscribe(monitoring, Topics.ALERTS);
    // One quiet hour, two that drifted, one quiet again; the fifth only moves event time on.
    for (int hour = 0; hour < 5; hour++) {
      double shift = hour == 1 || hour == 2 ? 1 : 0;
      var events = new ArrayList<PredictionEvent>();
      for (int i = 0; i < (hour < 4 ? 600 : 1); i++) {
        var at = APRIL.plus(Duration.ofHours(hour)).plusSeconds(hour == 4 ? 600 : 5L * i);
        var event = predictions.at(at, random.nextGaussian() + shift, random.nextDouble());
        events.add(event.toBuilder().setTraceId("%032x".formatted(i + 1)).build());
      }
      append(events);
    }

    Eventually.become(SOON, () -> report("drift").getWindowsCount() == 4);
    var report = report("drift");
    assertThat(report.getFalseDiscoveryRate()).isEqualTo(0.05);
    for (int hour = 0; hour < 4; hour++) {
      var x = column(report, hour, "x", "g_test");
      assertThat(x.getDrifted())
          .as("hour %d, seed %d", hour, SEED)
          .isEqualTo(hour == 1 || hour == 2);
      assertThat(x.getWindowCount()).isEqualTo(600);
      assertThat(column(report, hour, "probability", "g_test").getDrifted()).isFalse();
    }
    assertThat(column(report, 1, "x", "g_test").getWindowMean()).isCloseTo(1, within(0.2));
    assertThat(column(report, 1, "x", "g_test").getExemplarTraceId()).hasSize(32);
    assertThat(report.getSummary()).startsWith("1 column drifted in 2 of 4 tested windows");

    Eventually.become(SOON, () -> alertsOf(alerts, "drift").size() == 2);
    assertThat(alertsOf(alerts, "drift"))
        .extracting(AlertEvent::getState)
        .containsExactly(AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED);
    assertThat(alertsOf(alerts, "drift").getFirst().getExemplarTraceId()).hasSize(32);
    var listed =
        client()
            .listAlerts(ListAlertsRequest.newBuilder().setModel("drift").setPageSize(1).build());
    assertThat(listed.getAlertsList()).containsExactly(alertsOf(alerts, "drift").getLast());
    var rest =
        client()
            .listAlerts(
                ListAlertsRequest.newBuilder()
                    .setModel("drift")
                    .setPageToken(listed.getNextPageToken())
                    .build());
    assertThat(rest.getAlertsList()).containsExactly(alertsOf(alerts, "drift").getFirst());
    assertThat(rest.getNextPageToken()).isEmpty();
  }

  @Test
  void quality_belowTheRegisteredOne_isAlerted() throws Exception {
    registered("models/worse/versions/1", 0.9);
    var predictions = Predictions.of("worse", "1");
    var events = new ArrayList<PredictionEvent>();
    var feedback = RecordFeedbackRequest.newBuilder();
    for (int i = 0; i < 1000; i++) {
      var event = predictions.at(APRIL.plusSeconds(i), 0, random.nextDouble());
      events.add(event);
      feedback.addFeedback(
          Feedback.newBuilder()
              .setPredictionId(event.getPredictionId())
              .setLabel(random.nextInt(2)));
    }
    // Labels first: they wait for their predictions.
    client().recordFeedback(feedback.build());
    append(events);

    Eventually.become(
        SOON,
        () ->
            client()
                .listAlerts(ListAlertsRequest.newBuilder().setModel("worse").build())
                .getAlertsList()
                .stream()
                .anyMatch(alert -> alert.getKind().equals("QUALITY_LOSS")));
  }

  @Test
  void errors_beyondTheAllowedRate_areAlerted() throws Exception {
    registered("models/failing/versions/1", 0.9);
    var predictions = Predictions.of("failing", "1");
    var events = new ArrayList<PredictionEvent>();
    for (int i = 0; i < 200; i++) {
      var event = predictions.at(APRIL.plusSeconds(i), 0, 0.5).toBuilder();
      events.add(i % 4 == 0 ? event.setErrorReason("X").clearOutputs().build() : event.build());
    }
    append(events);

    Eventually.become(
        SOON,
        () ->
            client()
                .listAlerts(ListAlertsRequest.newBuilder().setModel("failing").build())
                .getAlertsList()
                .stream()
                .anyMatch(
                    alert ->
                        alert.getKind().equals("ERROR_RATE")
                            && alert
                                .getSummary()
                                .startsWith("50 of 200 requests failed (25.00 %)")));
  }

  @Test
  void alerts_ofOtherServices_standInTheSameList() throws Exception {
    var alert =
        AlertEvent.newBuilder()
            .setAlertId(UUID.randomUUID().toString())
            .setModel("altered")
            .setKind("ARTIFACT_TAMPERED")
            .setSummary("the stored bytes are not those that were registered")
            .build();
    var event = Event.of("penstock/registry", "models/altered", APRIL, alert);
    var unreadable =
        Event.of(
            "penstock/registry",
            "models/altered",
            APRIL,
            Feedback.newBuilder().setPredictionId("x").build());
    monitoring.bean(EventLog.class).append(Topics.ALERTS, List.of(unreadable, event, event));

    var request = ListAlertsRequest.newBuilder().setModel("altered").build();
    Eventually.become(SOON, () -> client().listAlerts(request).getAlertsCount() > 0);
    assertThat(client().listAlerts(request).getAlertsList()).containsExactly(alert);
  }

  @Test
  void recordFeedback_withBadLabels_namesEachField() {
    var bad =
        RecordFeedbackRequest.newBuilder()
            .addFeedback(Feedback.newBuilder().setPredictionId("not a uuid"))
            .addFeedback(
                Feedback.newBuilder()
                    .setPredictionId(UUID.randomUUID().toString())
                    .setLabel(Double.NaN))
            .addFeedback(
                Feedback.newBuilder().setPredictionId(UUID.randomUUID().toString()).setRow(-1))
            .addFeedback(
                Feedback.newBuilder()
                    .setPredictionId(UUID.randomUUID().toString())
                    .setObservedAt(TimeProtos.timestamp(Instant.parse("2999-01-01T00:00:00Z"))))
            .build();

    assertThatThrownBy(() -> client().recordFeedback(bad))
        .hasMessageContaining("feedback[0].prediction_id: was 'not a uuid'")
        .hasMessageContaining("feedback[1].label: was NaN")
        .hasMessageContaining("feedback[2].row: was 4294967295")
        .hasMessageContaining("feedback[3].observed_at")
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void recordFeedback_withTooManyOrNone_isRefused() {
    var one = Feedback.newBuilder().setPredictionId(UUID.randomUUID().toString()).build();
    var many = RecordFeedbackRequest.newBuilder();
    for (int i = 0; i < 5001; i++) {
      many.addFeedback(one);
    }

    assertThatThrownBy(() -> client().recordFeedback(many.build()))
        .hasMessageContaining("feedback: had 5001 entries, expected 1 to 5000");
    assertThatThrownBy(() -> client().recordFeedback(RecordFeedbackRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void recordFeedback_withoutThePermission_isDenied() {
    var auditor = MonitoringServiceGrpc.newBlockingStub(monitoring.channel("eve", "auditor"));

    assertThatThrownBy(() -> auditor.recordFeedback(RecordFeedbackRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void report_ofAVersionNobodyKnows_isNotFound() {
    assertThatThrownBy(() -> report("nobody"))
        .satisfies(Failures.with(Code.NOT_FOUND, "VERSION_NOT_FOUND"));
  }

  @Test
  void report_ofAVersionWithoutTraffic_isEmpty() {
    registered("models/silent/versions/1", 0.9);

    assertThat(report("silent").getWindowsList()).isEmpty();
    assertThat(report("silent").getSummary()).isEqualTo("No window has closed yet.");
    assertThat(windows("silent", "1").hasTotal()).isFalse();
  }

  @Test
  void requests_withBadFields_nameThem() {
    assertThatThrownBy(
            () ->
                client()
                    .getDriftReport(
                        GetDriftReportRequest.newBuilder().setVersion("models/X").build()))
        .hasMessageContaining("version: was 'models/X', expected models/{model}/versions/{n}");
    assertThatThrownBy(
            () ->
                client()
                    .listPerformanceWindows(
                        ListPerformanceWindowsRequest.newBuilder()
                            .setVersion("models/a/versions/1")
                            .setStartTime(TimeProtos.timestamp(APRIL))
                            .setEndTime(TimeProtos.timestamp(APRIL))
                            .build()))
        .hasMessageContaining("end_time: was 2001-04-01T00:00:00Z, expected after start_time");
    assertThatThrownBy(
            () -> client().listAlerts(ListAlertsRequest.newBuilder().setPageToken("?").build()))
        .hasMessageContaining("page_token");
    assertThatThrownBy(
            () ->
                client()
                    .listCanaryVerdicts(
                        ListCanaryVerdictsRequest.newBuilder().setPageSize(-1).build()))
        .hasMessageContaining("page_size: was -1");
  }

  private static void registered(String name, double auc) {
    registry.put(Baselines.version(name, auc));
  }

  private void append(List<PredictionEvent> predictions) {
    monitoring
        .bean(EventLog.class)
        .append(Topics.PREDICTIONS, predictions.stream().map(Predictions::event).toList());
  }

  private ListPerformanceWindowsResponse windows(String model, String version) {
    return client()
        .listPerformanceWindows(
            ListPerformanceWindowsRequest.newBuilder()
                .setVersion("models/" + model + "/versions/" + version)
                .build());
  }

  private DriftReport report(String model) {
    return client()
        .getDriftReport(
            GetDriftReportRequest.newBuilder()
                .setVersion("models/" + model + "/versions/1")
                .build());
  }

  private static ColumnDrift column(DriftReport report, int window, String column, String test) {
    return report.getWindows(window).getColumnsList().stream()
        .filter(one -> one.getColumn().equals(column) && one.getTest().equals(test))
        .findFirst()
        .orElseThrow();
  }

  private static List<AlertEvent> alertsOf(RecordingHandler handler, String model) {
    return handler.stored().stream()
        .map(StoredEvent::event)
        .map(MonitoringIT::alert)
        .filter(alert -> alert.getModel().equals(model))
        .toList();
  }

  private static AlertEvent alert(Event event) {
    try {
      return AlertEvent.parseFrom(event.payload());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
