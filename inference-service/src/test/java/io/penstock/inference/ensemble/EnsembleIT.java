package io.penstock.inference.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.proto.trace.v1.Span;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestFeatures;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.inference.fixture.TestTraces;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.oip.DataType;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelEnsembling.Step;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Graphs of models from the registry, end to end.
class EnsembleIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();
  private static final TestFeatures features = new TestFeatures();
  private static final TestTraces traces = new TestTraces();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.peers.feature", features::address)
          .with("penstock.telemetry.endpoint", traces::endpoint)
          .with("penstock.inference.breaker.open-for", "1h")
          .with("penstock.inference.worker.probation", "false")
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  private static final float[] WEIGHTS = {0.5f, -0.25f};

  @BeforeAll
  static void serveModels() throws InterruptedException {
    registry.serve("pass", registry.version("pass", 1, TestOnnx.identity(2)));
    registry.serve("score", registry.version("score", 1, TestOnnx.logistic(0.1f, WEIGHTS)));
    var last =
        registry.serve("calibration", registry.version("calibration", 1, TestOnnx.logistic(0, 2)));
    server.awaitRevision(last.getRevision());
  }

  private static ModelVersion graph(String name, ModelInput input, Step... steps) {
    return ModelVersion.newBuilder()
        .setName("models/" + name + "/versions/1")
        .setConfig(
            ModelConfig.newBuilder()
                .setPlatform("ensemble")
                .addInput(input)
                .addOutput(
                    ModelOutput.newBuilder()
                        .setName("answer")
                        .setDataType(DataType.TYPE_FP32)
                        .addDims(-1)
                        .addDims(1))
                .setEnsembleScheduling(
                    io.penstock.proto.oip.ModelEnsembling.newBuilder().addAllStep(List.of(steps))))
        .build();
  }

  private static ModelInput matrix() {
    return ModelInput.newBuilder()
        .setName("features")
        .setDataType(DataType.TYPE_FP32)
        .addDims(-1)
        .addDims(2)
        .build();
  }

  private static Step.Builder step(String model, String in, String from, String out, String to) {
    return Step.newBuilder()
        .setModelName(model)
        .setModelVersion(-1)
        .putInputMap(in, from)
        .putOutputMap(out, to);
  }

  private static Step score() {
    return step("score", "features", "features", "probability", "raw").build();
  }

  private static Step calibration() {
    return step("calibration", "features", "raw", "probability", "answer").build();
  }

  private static void serve(ModelVersion version) throws InterruptedException {
    var model = version.getName().split("/")[1];
    server.awaitRevision(registry.serve(model, version).getRevision());
  }

  private static boolean isReady(String model) {
    return server
        .stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
        .getReady();
  }

  private static float expected(float... row) {
    return TestOnnx.expected(0, new float[] {2}, TestOnnx.expected(0.1f, WEIGHTS, row));
  }

  @Test
  void scoreThenCalibration_isOneRequest_withASpanAStep() throws Exception {
    serve(graph("calibrated", matrix(), calibration(), score()));
    var answer = server.infer(Requests.features("calibrated", new float[][] {{1, 2}, {3, 4}}));
    assertThat(answer.getModelVersion()).isEqualTo("1");
    assertThat(Requests.numbers(answer))
        .containsExactly(new float[] {expected(1, 2), expected(3, 4)}, within(1e-5f));
    Eventually.become(Duration.ofSeconds(20), () -> !steps("score", "calibration").isEmpty());
    var step = steps("score", "calibration").getFirst();
    assertThat(step.getParentSpanId()).isEqualTo(call(step).getSpanId());
    assertThat(children(step)).contains("inference.queue", "inference.batch");
    assertThat(children(call(step))).doesNotContain("inference.queue", "inference.batch");
  }

  // Other tests have steps of the same models: those of the graph that was asked first.
  /// The steps that asked a model in requests that were made of two steps, the other being another
  /// model's; other tests of this class leave spans, too.
  private static List<Span> steps(String model, String other) {
    return traces.spans().stream()
        .filter(span -> span.getName().equals("inference.step") && asks(span, model))
        .filter(span -> children(call(span)).size() == 2)
        .filter(
            span ->
                traces.spans().stream()
                    .anyMatch(
                        sibling ->
                            sibling.getParentSpanId().equals(span.getParentSpanId())
                                && asks(sibling, other)))
        .toList();
  }

  private static boolean asks(Span step, String model) {
    return step.getAttributesList().stream()
        .anyMatch(attribute -> attribute.getValue().getStringValue().equals(model));
  }

  private static Span call(Span step) {
    return traces.spans().stream()
        .filter(span -> span.getSpanId().equals(step.getParentSpanId()))
        .findFirst()
        .orElse(step);
  }

  private static List<String> children(Span parent) {
    return traces.spans().stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .map(Span::getName)
        .toList();
  }

  @Test
  void graphOfAGraph_answers() throws Exception {
    serve(graph("inner", matrix(), score(), calibration()));
    serve(
        graph(
            "outer",
            matrix(),
            step("pass", "features", "features", "probability", "passed").build(),
            step("inner", "features", "passed", "answer", "answer").build()));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("outer"));
    assertThat(Requests.numbers(server.infer(Requests.features("outer", new float[] {1, 2}))))
        .containsExactly(new float[] {expected(1, 2)}, within(1e-5f));
  }

  @Test
  void featuresThenModelThenCalibration_looksTheFeaturesUp() throws Exception {
    var binding =
        FeatureBinding.newBuilder()
            .setInput("features")
            .addColumns(
                FeatureColumn.newBuilder()
                    .setName("late_rate_7d")
                    .setFeature(
                        FeatureReference.newBuilder()
                            .setFeatureView("featureViews/origin_stats/versions/1")
                            .setFeature("late_rate_7d")))
            .build();
    features.put("ATL", "late_rate_7d", 3);
    serve(registry.version("bound", 1, TestOnnx.logistic(0, 1), binding));
    serve(
        graph(
            "delay",
            ModelInput.newBuilder()
                .setName("airport")
                .setDataType(DataType.TYPE_STRING)
                .addDims(-1)
                .build(),
            step("bound", "origin", "airport", "probability", "raw").build(),
            calibration()));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("delay"));
    var answer =
        server.infer(
            ModelInferRequest.newBuilder()
                .setModelName("delay")
                .addInputs(Requests.keys("airport", "ATL")));
    float raw = TestOnnx.expected(0, new float[] {1}, 3);
    assertThat(Requests.numbers(answer))
        .containsExactly(new float[] {TestOnnx.expected(0, new float[] {2}, raw)}, within(1e-5f));
  }

  @Test
  void modelThatIsNotLoaded_keepsTheGraphOut_untilItComes() throws Exception {
    registry.serve(
        "waiting",
        graph(
            "waiting",
            matrix(),
            step("later", "features", "features", "probability", "answer").build()));
    server.awaitVersion(
        version ->
            version.getVersion().equals("models/waiting/versions/1")
                && version.getState() == LoadState.LOAD_STATE_FAILED
                && version.getReason().equals("step 0 (later) needs 'later', which is not loaded"));
    assertThat(isReady("waiting")).isFalse();
    serve(registry.version("later", 1, TestOnnx.logistic(0, WEIGHTS)));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("waiting"));
    assertThat(server.infer(Requests.features("waiting", new float[] {1, 2})).getOutputsCount())
        .isOne();
  }

  @Test
  void stepThatFails_isNamed_thenItsFallbackAnswers() throws Exception {
    serve(registry.version("broken", 1, OnnxModels.failing()));
    var input =
        ModelInput.newBuilder()
            .setName("index")
            .setDataType(DataType.TYPE_INT64)
            .addDims(-1)
            .build();
    var failing = step("broken", "index", "index", "y", "answer");
    serve(flat(graph("fragile", input, failing.build())));
    assertThatThrownBy(() -> server.infer(index("fragile", 4)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              var failure = FailureStatus.from(e).orElseThrow();
              assertThat(failure.reason()).isEqualTo("STEP_FAILED");
              assertThat(failure.metadata()).containsEntry("step", "broken");
            });
    serve(registry.version("table", 1, OnnxModels.lookup(10)));
    serve(flat(graph("sturdy", input, failing.setFallbackModelName("table").build())));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("sturdy"));
    // The first are answered after the model fails, the last because its breaker is open.
    for (int i = 0; i < 30; i++) {
      assertThat(Requests.numbers(server.infer(index("sturdy", 4)))).containsExactly(40);
    }
  }

  private static ModelVersion flat(ModelVersion graph) {
    var changed = graph.toBuilder();
    changed.getConfigBuilder().getOutputBuilder(0).clearDims().addDims(-1);
    return changed.build();
  }

  private static ModelInferRequest.Builder index(String model, long value) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            Requests.input("index", "INT64", 1)
                .setContents(
                    io.penstock.proto.oip.InferTensorContents.newBuilder()
                        .addInt64Contents(value)));
  }

  @Test
  void slowStep_runsOutOfItsShare_longBeforeTheRequestDoes() throws Exception {
    serve(registry.version("slow", 1, OnnxModels.slow(50)));
    serve(
        graph(
            "impatient",
            ModelInput.newBuilder()
                .setName("features")
                .setDataType(DataType.TYPE_FP32)
                .addDims(-1)
                .addDims(1)
                .build(),
            step("slow", "features", "features", "probability", "answer")
                .setDeadlineShare(0.00001)
                .build()));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("impatient"));
    var busy = new float[20][1];
    try (var threads = Executors.newFixedThreadPool(4)) {
      var load = new ArrayList<Future<?>>();
      for (int i = 0; i < 4; i++) {
        load.add(
            threads.submit(() -> patient().modelInfer(Requests.features("slow", busy).build())));
      }
      Eventually.become(Duration.ofSeconds(10), () -> isRefused("impatient"));
      for (var requests : load) {
        requests.get();
      }
    }
  }

  private static GRPCInferenceServiceBlockingStub patient() {
    return server.stub().withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static boolean isRefused(String model) {
    try {
      patient().modelInfer(Requests.features(model, new float[] {1}).build());
      return false;
    } catch (StatusRuntimeException e) {
      var failure = FailureStatus.from(e).orElseThrow();
      assertThat(failure.reason()).isEqualTo("STEP_FAILED");
      // Too late in the queue, or known on arrival that it would be.
      assertThat(failure.code())
          .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);
      return true;
    }
  }

  @Test
  void stepsModelSwapped_underLoad_failsNoRequest() throws Exception {
    serve(registry.version("moving", 1, TestOnnx.logistic(0, WEIGHTS)));
    serve(
        graph(
            "steady",
            matrix(),
            step("moving", "features", "features", "probability", "raw").build(),
            calibration()));
    Eventually.become(Duration.ofSeconds(10), () -> isReady("steady"));
    var stop = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var load = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 4; i++) {
        load.add(threads.submit(() -> inferUntil(stop)));
      }
      for (int version = 2; version <= 6; version++) {
        serve(registry.version("moving", version, TestOnnx.logistic(version, WEIGHTS)));
      }
      stop.set(true);
      for (var requests : load) {
        assertThat(requests.get()).isPositive();
      }
    }
  }

  private static int inferUntil(AtomicBoolean stop) {
    int requests = 0;
    while (!stop.get()) {
      server.infer(Requests.features("steady", new float[] {1, 2}));
      requests++;
    }
    return requests;
  }
}
