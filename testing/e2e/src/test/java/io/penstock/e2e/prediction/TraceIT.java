package io.penstock.e2e.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Timestamp;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.feature.v1.CreateEntityRequest;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureValue;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.PushFeaturesRequest;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.proto.monitoring.v1.GetTraceRequest;
import io.penstock.proto.monitoring.v1.Trace;
import io.penstock.proto.monitoring.v1.TraceQueryServiceGrpc;
import io.penstock.proto.monitoring.v1.TraceSpan;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestOnnx;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/// One prediction, seen afterwards: its spans across three services, and their log lines.
@ExtendWith(SharedSuite.class)
class TraceIT {

  private static final Duration TO_ARRIVE = Duration.ofSeconds(30);
  private static final Set<String> SERVICES = Set.of("gateway", "inference", "feature");

  private final RunningSuite suite;
  private final Client ada;

  TraceIT(RunningSuite suite) {
    this.suite = suite;
    this.ada = suite.as("ada", "data-scientist", "ml-engineer");
  }

  @Test
  void prediction_isOneTraceAcrossThreeServices() throws InterruptedException {
    FeatureView view = viewWithOneRow();
    float[] weights = {0.001f, 2};
    ModelVersion version =
        new Workshop(suite).released(TestOnnx.logistic(0, weights), binding(view));
    String traceId = hex(16);
    String caller = hex(8);
    try (var logs = new Logs()) {
      var answer =
          suite
              .as("app", "client")
              .post(
                  "/v2/models/" + Workshop.modelId(version) + "/infer",
                  """
                  {"inputs": [
                    {"name": "origin", "datatype": "BYTES", "shape": [1], "data": ["ATL"]},
                    {"name": "distance", "datatype": "FP32", "shape": [1], "data": [500]}]}""",
                  "traceparent",
                  "00-%s-%s-01".formatted(traceId, caller));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.header("x-trace-id")).isEqualTo(traceId);
      assertThat(probability(answer.json()))
          .isCloseTo(TestOnnx.expected(0, weights, 500, 0.25f), Assertions.within(1e-5f));
      awaitWhole(traceId);
      assertThatParentsAreRight(trace(traceId), caller);
      Eventually.become(TO_ARRIVE, () -> logs.servicesOf(traceId).containsAll(SERVICES));
    }
  }

  private static void assertThatParentsAreRight(Trace trace, String caller) {
    TraceSpan edge = span(trace, "gateway", "POST");
    assertThat(edge.getParentSpanId()).isEqualTo(caller);
    TraceSpan asks = childOf(trace, edge, "gateway");
    TraceSpan infer = childOf(trace, asks, "inference");
    assertThat(infer.getOperation()).contains("ModelInfer");
    assertThat(named(trace, "inference.queue").getParentSpanId()).isEqualTo(infer.getSpanId());
    TraceSpan batch = named(trace, "inference.batch");
    assertThat(batch.getParentSpanId()).isEqualTo(infer.getSpanId());
    assertThat(named(trace, "inference.run").getParentSpanId()).isEqualTo(batch.getSpanId());
    TraceSpan looksUp = span(trace, "inference", "GetOnlineFeatures");
    assertThat(looksUp.getParentSpanId()).isEqualTo(infer.getSpanId());
    TraceSpan features = childOf(trace, looksUp, "feature");
    assertThat(features.getOperation()).contains("GetOnlineFeatures");
    assertThat(trace.getSpansList()).noneMatch(TraceSpan::getError);
  }

  private Trace trace(String id) {
    return suite
        .as("ops", "operator")
        .grpc(TraceQueryServiceGrpc::newBlockingStub)
        .getTrace(GetTraceRequest.newBuilder().setName("traces/" + id).build());
  }

  private void awaitWhole(String traceId) throws InterruptedException {
    try {
      Eventually.become(TO_ARRIVE, () -> isWhole(trace(traceId)));
    } catch (AssertionError late) {
      throw new AssertionError("only these spans arrived: " + trace(traceId), late);
    }
  }

  private static boolean isWhole(Trace trace) {
    var services =
        trace.getSpansList().stream().map(TraceSpan::getService).collect(Collectors.toSet());
    return services.containsAll(SERVICES)
        && trace.getSpansList().stream().anyMatch(it -> it.getOperation().equals("inference.run"))
        && trace.getSpansList().stream().anyMatch(TraceIT::isTheCallOfTheModel)
        && trace.getSpansList().stream().anyMatch(it -> it.getOperation().startsWith("POST"));
  }

  /// It ends after those within it, and so may be exported a second later.
  private static boolean isTheCallOfTheModel(TraceSpan span) {
    return span.getService().equals("inference") && span.getOperation().contains("ModelInfer");
  }

  private static TraceSpan span(Trace trace, String service, String operation) {
    return trace.getSpansList().stream()
        .filter(it -> it.getService().equals(service) && it.getOperation().contains(operation))
        .findFirst()
        .orElseThrow(() -> new AssertionError(service + " " + operation + " is not in " + trace));
  }

  private static TraceSpan named(Trace trace, String operation) {
    return span(trace, "inference", operation);
  }

  private static TraceSpan childOf(Trace trace, TraceSpan parent, String service) {
    return trace.getSpansList().stream()
        .filter(it -> it.getParentSpanId().equals(parent.getSpanId()))
        .filter(it -> it.getService().equals(service))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no child of " + parent + " in " + trace));
  }

  private FeatureView viewWithOneRow() {
    String entity = suite.newName("origin").replace('-', '_');
    var views = ada.grpc(FeatureViewServiceGrpc::newBlockingStub);
    var created = views.createEntity(CreateEntityRequest.newBuilder().setEntityId(entity).build());
    FeatureView view =
        views.createFeatureView(
            CreateFeatureViewRequest.newBuilder()
                .setFeatureViewId(entity + "_stats")
                .setEntity(created.getName())
                .addFeatures(
                    FeatureSpec.newBuilder()
                        .setName("late_rate")
                        .setType(ValueType.VALUE_TYPE_DOUBLE))
                .build());
    var stored =
        ada.grpc(FeatureIngestionServiceGrpc::newBlockingStub)
            .pushFeatures(
                PushFeaturesRequest.newBuilder()
                    .setFeatureView("featureViews/" + entity + "_stats")
                    .addRows(
                        FeatureRow.newBuilder()
                            .setEntityKey("ATL")
                            .setEventTime(timestamp(Instant.now().minusSeconds(60)))
                            .putValues(
                                "late_rate",
                                FeatureValue.newBuilder().setDoubleValue(0.25).build()))
                    .build());
    assertThat(stored.getAccepted()).isEqualTo(1);
    return view;
  }

  private static FeatureBinding binding(FeatureView view) {
    return FeatureBinding.newBuilder()
        .setInput("features")
        .addColumns(FeatureColumn.newBuilder().setName("distance"))
        .addColumns(
            FeatureColumn.newBuilder()
                .setName("late_rate")
                .setFeature(
                    FeatureReference.newBuilder()
                        .setFeatureView(view.getName())
                        .setFeature("late_rate")
                        .setEntityInput("origin")))
        .build();
  }

  private static float probability(com.google.gson.JsonObject answer) {
    return answer
        .getAsJsonArray("outputs")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("data")
        .get(0)
        .getAsFloat();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    new Random().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /// What all services of this JVM log.
  private static final class Logs implements AutoCloseable {

    private static final Logger ROOT =
        (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    Logs() {
      lines.start();
      ROOT.addAppender(lines);
    }

    /// The services that have written a line with this trace id.
    Set<String> servicesOf(String traceId) {
      return List.copyOf(lines.list).stream()
          .filter(line -> traceId.equals(line.getMDCPropertyMap().get("trace_id")))
          .map(line -> line.getMDCPropertyMap().getOrDefault("service", ""))
          .collect(Collectors.toSet());
    }

    @Override
    public void close() {
      ROOT.detachAppender(lines);
    }
  }
}
