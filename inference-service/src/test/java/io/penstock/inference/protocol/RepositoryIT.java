package io.penstock.inference.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.oip.DataType;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelConfigRequest;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelRepositoryParameter;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelLoadResponse;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadResponse;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Loading and unloading by hand against the running service.
class RepositoryIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unset"))
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static InferenceServer server = InferenceServer.of(service);
  private static final List<AuditEvent> audit = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void listen() {
    service
        .bean(EventLog.class)
        .subscribe(
            Topics.AUDIT,
            "repository-test",
            batch -> {
              for (var stored : batch) {
                audit.add(AuditEvent.parseFrom(stored.event().payload()));
              }
            });
  }

  @Test
  void unload_takesTheModelOut_untilItIsLoadedAgain() throws Exception {
    serve("both", 1);
    assertThat(unload("both").getIsUnloaded()).isTrue();
    assertThatThrownBy(() -> server.infer(features("both")))
        .satisfies(
            Failures.with(
                Code.NOT_FOUND,
                "MODEL_UNLOADED",
                status -> assertThat(status.message()).contains("olga")));
    assertThat(ready("both")).isFalse();
    Eventually.become(SOON, () -> index("both").getState().equals("UNAVAILABLE"));
    assertThat(index("both").getReason()).isEqualTo("unloaded by olga");
    serve("both", 2, false);
    Thread.sleep(1_500);
    assertThat(ready("both")).as("a new release does not end an unload").isFalse();
    var loaded = load("both");
    assertThat(loaded.getModelName()).isEqualTo("both");
    assertThat(loaded.getIsLoaded()).isTrue();
    assertThat(server.infer(features("both")).getModelVersion()).isEqualTo("2");
    assertThat(index("both").getState()).isEqualTo("READY");
    Eventually.become(SOON, () -> entries("models/both").size() == 2);
    assertThat(entries("models/both"))
        .allMatch(entry -> entry.getPrincipal().equals("olga"))
        .extracting(AuditEvent::getMethod)
        .containsExactly(
            "inference.GRPCInferenceService/RepositoryModelUnload",
            "inference.GRPCInferenceService/RepositoryModelLoad");
  }

  private static List<AuditEvent> entries(String resource) {
    return audit.stream().filter(entry -> entry.getResource().equals(resource)).toList();
  }

  @Test
  void unload_withDependents_takesTheStepsOut() throws Exception {
    serve("step", 1);
    registry.serve("graph", graph("graph", "step"));
    server.awaitModel("graph");
    unload("graph");
    assertThat(ready("step")).isTrue();
    load("graph");
    var unused =
        server
            .operator()
            .repositoryModelUnload(
                RepositoryModelUnloadRequest.newBuilder()
                    .setModelName("graph")
                    .putParameters(
                        "unload_dependents",
                        ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
                    .build());
    assertThat(ready("graph")).isFalse();
    assertThat(ready("step")).isFalse();
    load("step");
    load("graph");
    assertThat(server.infer(features("graph")).getOutputsCount()).isEqualTo(1);
  }

  private static ModelVersion graph(String name, String step) {
    var ensemble =
        ModelEnsembling.newBuilder()
            .addStep(
                ModelEnsembling.Step.newBuilder()
                    .setModelName(step)
                    .setModelVersion(-1)
                    .putInputMap("features", "features")
                    .putOutputMap("probability", "answer"));
    return ModelVersion.newBuilder()
        .setName("models/" + name + "/versions/1")
        .setConfig(
            ModelConfig.newBuilder()
                .setPlatform("ensemble")
                .addInput(
                    ModelInput.newBuilder()
                        .setName("features")
                        .setDataType(DataType.TYPE_FP32)
                        .addDims(-1)
                        .addDims(2))
                .addOutput(
                    ModelOutput.newBuilder()
                        .setName("answer")
                        .setDataType(DataType.TYPE_FP32)
                        .addDims(-1)
                        .addDims(1))
                .setEnsembleScheduling(ensemble))
        .build();
  }

  @Test
  void unload_again_isNoMistake() throws Exception {
    serve("twice", 1);
    unload("twice");
    assertThat(unload("twice").getIsUnloaded()).isTrue();
  }

  @Test
  void load_ofALoadedModel_loadsItAnew_andNoRequestFails() throws Exception {
    serve("anew", 1);
    var before = loadTime("anew");
    var stop = new AtomicBoolean();
    try (var clients = Executors.newFixedThreadPool(2)) {
      var load =
          clients.submit(
              () -> {
                long answers = 0;
                while (!stop.get()) {
                  server.infer(features("anew"));
                  answers++;
                }
                return answers;
              });
      for (int i = 0; i < 3; i++) {
        load("anew");
      }
      stop.set(true);
      assertThat(load.get()).isPositive();
    }
    assertThat(loadTime("anew")).isNotEqualTo(before);
    assertThat(
            service
                .bean(MeterRegistry.class)
                .find("penstock.inference.queue.rows")
                .tag("model", "anew")
                .gauges())
        .as("metrics outlive the version that was replaced")
        .hasSize(1);
  }

  private static long loadTime(String model) {
    return server.status().getVersionsList().stream()
        .filter(version -> version.getVersion().startsWith("models/" + model + "/"))
        .mapToLong(v -> v.getLoadTime().getSeconds() * 1_000_000_000L + v.getLoadTime().getNanos())
        .max()
        .orElseThrow();
  }

  @Test
  void unloadAndLoad_underFire_leaveTheModelServing() throws Exception {
    serve("fire", 1);
    try (var clients = Executors.newFixedThreadPool(4)) {
      var stop = new AtomicBoolean();
      var calls =
          clients.submit(
              () -> {
                while (!stop.get()) {
                  try {
                    server.infer(features("fire"));
                  } catch (RuntimeException e) {
                    assertThat(e).satisfies(Failures.with(Code.NOT_FOUND, "MODEL_UNLOADED"));
                  }
                }
                return true;
              });
      var changes =
          Stream.of(1, 2)
              .map(
                  _ ->
                      clients.submit(
                          () -> {
                            for (int i = 0; i < 5; i++) {
                              unload("fire");
                              try {
                                load("fire");
                              } catch (RuntimeException e) {
                                // The other took it out meanwhile, or before it was in force.
                                assertThat(e)
                                    .satisfiesAnyOf(
                                        Failures.with(Code.NOT_FOUND, "MODEL_UNLOADED")::accept,
                                        Failures.with(Code.FAILED_PRECONDITION, "LOAD_FAILED")
                                            ::accept);
                              }
                            }
                            return true;
                          }))
              .toList();
      for (var change : changes) {
        change.get();
      }
      stop.set(true);
      assertThat(calls.get()).isTrue();
    }
    load("fire");
    assertThat(server.infer(features("fire")).getModelVersion()).isEqualTo("1");
  }

  @Test
  void unload_outlivesARestart() throws Exception {
    var own = cache.resolve("restart");
    var other = InferenceServer.extension(registry, own);
    registry.serve("lasting", registry.version("lasting", 1, TestOnnx.logistic(1, 1, 2)));
    other.begin();
    try {
      var first = InferenceServer.of(other);
      first.awaitModel("lasting");
      first.operator().repositoryModelUnload(unloadOf("lasting"));
      other.stop();
      other.start();
      var second = InferenceServer.of(other);
      Eventually.become(
          SOON,
          () ->
              second.status().getVersionsList().stream()
                  .anyMatch(
                      v ->
                          v.getVersion().startsWith("models/lasting/")
                              && v.getReason().equals("unloaded by olga")));
      assertThatThrownBy(() -> second.infer(features("lasting")))
          .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_UNLOADED"));
      var unused = second.operator().repositoryModelLoad(loadOf("lasting"));
      assertThat(second.infer(features("lasting")).getModelVersion()).isEqualTo("1");
    } finally {
      other.stop();
    }
  }

  @Test
  void load_withAConfiguration_servesByIt() throws Exception {
    serve("tuned", 1);
    load("tuned", "config", text("{\"max_batch_size\": 7, \"platform\": \"onnxruntime_onnx\"}"));
    assertThat(config("tuned")).isEqualTo(7);
    assertThat(server.infer(features("tuned")).getOutputsCount()).isEqualTo(1);
    load("tuned");
    assertThat(config("tuned")).as("without one, the version's own counts").isEqualTo(64);
  }

  private static int config(String model) {
    return server
        .stub()
        .modelConfig(ModelConfigRequest.newBuilder().setName(model).build())
        .getConfig()
        .getMaxBatchSize();
  }

  @Test
  void load_withAConfigurationThatTheModelContradicts_changesNothing() throws Exception {
    serve("contradicted", 1);
    refused(
        "contradicted",
        "config",
        text(
            """
            {"max_batch_size": 8, "platform": "onnxruntime_onnx",
             "input": [{"name": "features", "data_type": "TYPE_INT8", "dims": [2]}]}"""),
        Code.FAILED_PRECONDITION,
        "LOAD_FAILED");
    assertThat(server.infer(features("contradicted")).getOutputsCount()).isEqualTo(1);
    assertThat(config("contradicted")).isEqualTo(64);
    load("contradicted");
  }

  @Test
  void load_withWhatIsNoConfiguration() throws Exception {
    serve("mistuned", 1);
    refused(
        "mistuned", "config", text("{max_batch_size"), Code.INVALID_ARGUMENT, "INVALID_ARGUMENT");
    refused(
        "mistuned",
        "config",
        text("{\"name\": \"another\"}"),
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT");
    refused(
        "mistuned",
        "config",
        ModelRepositoryParameter.newBuilder().setBoolParam(true).build(),
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT");
    refused("mistuned", "colour", text("red"), Code.INVALID_ARGUMENT, "INVALID_ARGUMENT");
    refused(
        "mistuned",
        "file:1/model.onnx",
        ModelRepositoryParameter.newBuilder().setBytesParam(ByteString.EMPTY).build(),
        Code.UNIMPLEMENTED,
        "UNSUPPORTED");
    assertThat(server.infer(features("mistuned")).getOutputsCount()).isEqualTo(1);
    assertThat(entries("models/mistuned")).as("what was refused is no act").isEmpty();
  }

  private static void refused(
      String model, String parameter, ModelRepositoryParameter value, Code code, String reason) {
    assertThatThrownBy(() -> load(model, parameter, value)).satisfies(Failures.with(code, reason));
  }

  @Test
  void modelsThatNobodyKnows() {
    for (var name : List.of("nothing", "../../etc/passwd", "a/b", "x".repeat(5_000))) {
      assertThatThrownBy(() -> load(name))
          .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
      assertThatThrownBy(() -> unload(name))
          .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
    }
    assertThatThrownBy(() -> load(""))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void load_thatFails_leavesWhatServed() throws Exception {
    serve("fragile", 1);
    var broken = registry.version("fragile", 2, TestOnnx.logistic(9, 1, 2));
    registry.corrupt(broken);
    registry.release("fragile", TestRegistry.target(broken, Variant.VARIANT_PRIMARY, 100));
    Eventually.become(
        SOON,
        () ->
            server.status().getVersionsList().stream()
                .anyMatch(v -> v.getReason().contains("digest")));
    assertThatThrownBy(() -> load("fragile"))
        .satisfies(
            Failures.with(
                Code.FAILED_PRECONDITION,
                "LOAD_FAILED",
                status -> assertThat(status.message()).contains("digest")));
    assertThat(server.infer(features("fragile")).getModelVersion()).isEqualTo("1");
  }

  @Test
  void kservesDialect_namesTheModelInTheFirstField() throws Exception {
    serve("kserve", 1);
    var unloaded =
        server
            .operator()
            .repositoryModelUnload(
                RepositoryModelUnloadRequest.newBuilder().setRepositoryName("kserve").build());
    assertThat(unloaded.getModelName()).isEqualTo("kserve");
    assertThat(ready("kserve")).isFalse();
    var loaded =
        server
            .operator()
            .repositoryModelLoad(
                RepositoryModelLoadRequest.newBuilder().setRepositoryName("kserve").build());
    assertThat(loaded.getIsLoaded()).isTrue();
    assertThat(ready("kserve")).isTrue();
  }

  @Test
  void mlserversService_doesTheSame() throws Exception {
    serve("mlserver", 1);
    var repository =
        ModelRepositoryServiceGrpc.newBlockingStub(service.channel("olga", "operator"));
    assertThat(repository.repositoryModelUnload(unloadOf("mlserver")).getIsUnloaded()).isTrue();
    assertThat(ready("mlserver")).isFalse();
    assertThat(repository.repositoryModelLoad(loadOf("mlserver")).getIsLoaded()).isTrue();
    assertThat(
            repository.repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
        .extracting(ModelIndex::getName)
        .contains("mlserver");
  }

  @Test
  void permission_isChecked() {
    assertThatThrownBy(() -> server.stub().repositoryModelUnload(unloadOf("both")))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
    assertThatThrownBy(() -> server.stub().repositoryModelLoad(loadOf("both")))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private static void serve(String model, int number) throws InterruptedException {
    serve(model, number, true);
  }

  private static void serve(String model, int number, boolean wait) throws InterruptedException {
    registry.serve(model, registry.version(model, number, TestOnnx.logistic(number, 1, 2)));
    if (wait) {
      server.awaitModel(model);
    }
  }

  private static RepositoryModelLoadResponse load(String model) {
    return server.operator().repositoryModelLoad(loadOf(model));
  }

  private static void load(String model, String parameter, ModelRepositoryParameter value) {
    var unused =
        server
            .operator()
            .repositoryModelLoad(loadOf(model).toBuilder().putParameters(parameter, value).build());
  }

  private static RepositoryModelLoadRequest loadOf(String model) {
    return RepositoryModelLoadRequest.newBuilder().setModelName(model).build();
  }

  private static RepositoryModelUnloadResponse unload(String model) {
    return server.operator().repositoryModelUnload(unloadOf(model));
  }

  private static RepositoryModelUnloadRequest unloadOf(String model) {
    return RepositoryModelUnloadRequest.newBuilder()
        .setModelName(model)
        .putParameters(
            "unload_dependents", ModelRepositoryParameter.newBuilder().setBoolParam(false).build())
        .build();
  }

  private static ModelRepositoryParameter text(String value) {
    return ModelRepositoryParameter.newBuilder().setStringParam(value).build();
  }

  private static boolean ready(String model) {
    return server
        .stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
        .getReady();
  }

  private static ModelIndex index(String model) {
    return server
        .stub()
        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .filter(entry -> entry.getName().equals(model))
        .findFirst()
        .orElseThrow();
  }

  private static ModelInferRequest.Builder features(String model) {
    return Requests.features(model, new float[] {1, 2});
  }
}
