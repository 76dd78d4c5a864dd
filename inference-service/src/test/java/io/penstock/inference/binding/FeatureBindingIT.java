package io.penstock.inference.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestFeatures;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.Column;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A version whose input is put together from the request and from looked-up features. Its model is
/// the identity, so the answer shows what it was given.
class FeatureBindingIT {

  private static final String VIEW = "featureViews/origin_stats/versions/1";
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();
  private static final TestFeatures features = new TestFeatures();
  private static final List<PredictionEvent> events = new CopyOnWriteArrayList<>();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.peers.feature", features::address)
          .with("penstock.inference.features.timeout", "500ms")
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @BeforeAll
  static void serve() throws Exception {
    features.put("ATL", "late_rate_7d", 0.25);
    features.put("ATL", "flights_7d", 700);
    features.put("DFW", "late_rate_7d", 0.5);
    var onnx = TestOnnx.identity(3);
    registry.serve("flights", registry.version("flights", 1, onnx, binding("origin", VIEW)));
    registry.serve("open", registry.version("open", 1, onnx, binding("", VIEW)));
    registry.serve("lost", registry.version("lost", 1, onnx, binding("origin", "featureViews/x")));
    registry.serve(
        "narrow", registry.version("narrow", 1, TestOnnx.identity(2), binding("origin", VIEW)));
    for (var model : List.of("flights", "open", "lost")) {
      server.awaitModel(model);
    }
    server.awaitVersion(
        version ->
            version.getVersion().startsWith("models/narrow/")
                && version.getState() == LoadState.LOAD_STATE_FAILED
                && version.getReason().contains("3 columns for 'features'"));
    service
        .bean(EventLog.class)
        .subscribe(
            Topics.PREDICTIONS,
            "test",
            batch -> {
              for (var stored : batch) {
                events.add(PredictionEvent.parseFrom(stored.event().payload()));
              }
            });
  }

  // Column 0 from the request, 1 and 2 looked up.
  private static FeatureBinding binding(String entityInput, String view) {
    return FeatureBinding.newBuilder()
        .setInput("features")
        .addColumns(FeatureColumn.newBuilder().setName("distance"))
        .addColumns(column("late_rate_7d", entityInput, view))
        .addColumns(column("flights_7d", entityInput, view))
        .build();
  }

  private static FeatureColumn column(String feature, String entityInput, String view) {
    return FeatureColumn.newBuilder()
        .setName(feature)
        .setFeature(
            FeatureReference.newBuilder()
                .setFeatureView(view)
                .setFeature(feature)
                .setEntityInput(entityInput))
        .build();
  }

  @AfterEach
  void unhang() {
    features.hang(false);
  }

  @Test
  void infer_looksTheFeaturesUp() throws Exception {
    var response = server.infer(request("flights").setId("looked-up"));
    assertThat(Requests.numbers(response)).containsExactly(10, 0.25f, 700, 20, 0.5f, Float.NaN);
    var asked = features.requests().getLast();
    assertThat(asked.getAsOf()).isEqualTo(Timestamp.newBuilder().setSeconds(986_083_200).build());
    assertThat(asked.getQueries(0).getEntityKeysList()).containsExactly("ATL", "DFW");
    Eventually.become(SOON, () -> event("looked-up").isPresent());
    var event = event("looked-up").orElseThrow();
    assertThat(event.getFeaturesList())
        .extracting(Column::getName)
        .containsExactly("distance", "late_rate_7d", "flights_7d");
    assertThat(event.getFeatures(1).getNumbersList()).containsExactly(0.25, 0.5);
    assertThat(event.getOccurredAt().getSeconds()).isEqualTo(986_083_200);
    assertThat(event.getPrincipal()).isEqualTo("app");
  }

  private static Optional<PredictionEvent> event(String id) {
    return events.stream().filter(e -> e.getRequestId().equals(id)).findFirst();
  }

  @Test
  void infer_entityInputNamedByTheView() {
    assertThat(Requests.numbers(server.infer(request("open")))[1]).isEqualTo(0.25f);
  }

  @Test
  void infer_readyMadeInput() {
    var response = server.infer(Requests.features("flights", new float[] {1, 2, 3}));
    assertThat(Requests.numbers(response)).containsExactly(1, 2, 3);
  }

  @Test
  void infer_columnsOfAnyNumericTypeAndShape() {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(Requests.keys("origin", "ATL").toBuilder().addShape(1))
            .addInputs(
                Requests.input("distance", "INT32", 1, 1)
                    .setContents(InferTensorContents.newBuilder().addIntContents(7)));
    assertThat(Requests.numbers(server.infer(request))).containsExactly(7, 0.25f, 700);
  }

  @Test
  void infer_columnOfAnotherVersionOfTheSplit_isLeftOut() {
    var request = request("flights").addInputs(Requests.column("elsewhere", 1, 2));
    assertThat(server.infer(request).getOutputsCount()).isEqualTo(1);
  }

  @Test
  void infer_wrongColumns_areNamed() throws Exception {
    refused(request("flights").setId("wrong").removeInputs(0), "inputs");
    refused(
        request("flights").setId("wrong").removeInputs(1).addInputs(Requests.column("distance", 1)),
        "inputs[1].shape");
    refused(
        request("flights")
            .setId("wrong")
            .removeInputs(0)
            .addInputs(Requests.column("origin", 1, 2)),
        "inputs[1].datatype");
    Eventually.become(SOON, () -> reasons("wrong").size() == 3);
    assertThat(reasons("wrong")).containsOnly("INVALID_ARGUMENT");
  }

  private static List<String> reasons(String id) {
    return events.stream()
        .filter(event -> event.getRequestId().equals(id))
        .map(PredictionEvent::getErrorReason)
        .toList();
  }

  private static void refused(ModelInferRequest.Builder request, String field) {
    assertThatThrownBy(() -> server.infer(request))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .anyMatch(violation -> violation.field().startsWith(field))));
  }

  @Test
  void infer_unknownView() {
    assertThatThrownBy(() -> server.infer(request("lost")))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "FEATURES_MISMATCH"));
  }

  @Test
  void infer_featureServiceHangs() {
    features.hang(true);
    assertThatThrownBy(() -> server.infer(request("flights")))
        .satisfies(Failures.with(Code.UNAVAILABLE, "FEATURES_UNAVAILABLE"));
    assertThatThrownBy(
            () ->
                server
                    .stub()
                    .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                    .modelInfer(request("flights").build()))
        .hasMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void infer_featureServiceAway_failsFast_andRecovers() throws Exception {
    features.stop();
    for (int i = 0; i < 30; i++) {
      long before = System.nanoTime();
      assertThatThrownBy(() -> server.infer(request("flights")))
          .satisfies(Failures.with(Code.UNAVAILABLE, "FEATURES_UNAVAILABLE"));
      assertThat(System.nanoTime() - before).isLessThan(2_000_000_000L);
    }
    features.start();
    Eventually.become(SOON, () -> server.infer(request("flights")).getOutputsCount() == 1);
  }

  @Test
  void metadata_showsWhatACallerSends() {
    var metadata =
        server.stub().modelMetadata(ModelMetadataRequest.newBuilder().setName("flights").build());
    assertThat(metadata.getInputsList())
        .extracting(input -> input.getName() + " " + input.getDatatype())
        .containsExactly("origin BYTES", "distance FP32");
  }

  private static ModelInferRequest.Builder request(String model) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .putParameters("occurred_at", Requests.text("2001-04-01T00:00:00Z"))
        .addInputs(Requests.keys("origin", "ATL", "DFW"))
        .addInputs(Requests.column("distance", 10, 20));
  }
}
