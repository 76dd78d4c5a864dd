package io.penstock.inference.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.inference.v1.ServedVersion;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelConfigRequest;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelStatisticsRequest;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;
import io.penstock.proto.oip.ServerLiveRequest;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.ServerReadyRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The protocol's RPCs against the running service.
class OpenInferenceIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("flights", registry.version("flights", 1, TestOnnx.logistic(0.1f, 1, 2)));
    registry.serve("sum", registry.version("sum", 3, OnnxModels.sum()));
    registry.serve("lookup", registry.version("lookup", 1, OnnxModels.lookup(4)));
    var evil = registry.version("evil", 1, TestOnnx.withExternalData("/etc/passwd"));
    registry.serve("evil", evil);
    for (var model : List.of("flights", "sum", "lookup")) {
      server.awaitVersion(version -> serves(version, model));
    }
    server.awaitVersion(version -> version.getState() == LoadState.LOAD_STATE_FAILED);
  }

  private static boolean serves(ServedVersion version, String model) {
    return version.getVersion().startsWith("models/" + model + "/")
        && version.getState() == LoadState.LOAD_STATE_SERVING;
  }

  @Test
  void infer_raw() {
    var response =
        server.infer(
            Requests.features("flights", new float[] {1, 2}, new float[] {0, 0}).setId("r1"));
    assertThat(response.getId()).isEqualTo("r1");
    assertThat(response.getModelVersion()).isEqualTo("1");
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 1L);
    assertThat(response.getOutputs(0).hasContents()).isFalse();
    assertThat(Requests.numbers(response)[0])
        .isCloseTo(TestOnnx.expected(0.1f, new float[] {1, 2}, 1, 2), within(1e-6f));
    assertThat(response.getParametersOrThrow("prediction_id").getStringParam()).hasSize(36);
    assertThat(response.getParametersOrThrow("variant").getStringParam()).isEqualTo("primary");
    assertThat(response.getParametersOrThrow("model_version").getStringParam()).isEqualTo("1");
    assertThat(response.getParametersOrThrow("batch_size").getInt64Param()).isEqualTo(2);
    assertThat(response.getParametersMap()).containsKeys("queue_us", "compute_us");
  }

  @Test
  void infer_contents_isAnsweredInContents() {
    var input = Requests.column("features", 1, 2).toBuilder().clearShape().addShape(1).addShape(2);
    var response =
        server.infer(ModelInferRequest.newBuilder().setModelName("flights").addInputs(input));
    assertThat(response.getRawOutputContentsCount()).isZero();
    assertThat(response.getOutputs(0).getContents().getFp32ContentsCount()).isEqualTo(1);
  }

  @Test
  void infer_requestedOutputs() {
    var request = sum().addOutputs(InferRequestedOutputTensor.newBuilder().setName("difference"));
    var response = server.infer(request);
    assertThat(response.getOutputsList())
        .extracting(output -> output.getName())
        .containsExactly("difference");
    assertThat(server.infer(sum()).getOutputsCount()).isEqualTo(2);
  }

  @Test
  void infer_pinnedVersion() {
    assertThat(server.infer(sum().setModelVersion("3")).getModelVersion()).isEqualTo("3");
    assertThatThrownBy(() -> server.infer(sum().setModelVersion("9")))
        .satisfies(Failures.with(Code.NOT_FOUND, "VERSION_NOT_LOADED"));
  }

  @Test
  void infer_unknownModel() {
    assertThatThrownBy(() -> server.infer(sum().setModelName("nothing")))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
  }

  @Test
  void infer_missingAndUnknownInput() {
    refused(sum().removeInputs(1).clearRawInputContents().addRawInputContents(one()), "inputs");
    refused(
        sum().addInputs(Requests.input("c", "FP32", 1, 1)).addRawInputContents(one()),
        "inputs[2].name");
  }

  @Test
  void infer_wrongDatatype() {
    refused(
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(Requests.input("features", "FP64", 1, 2))
            .addRawInputContents(ByteString.copyFrom(new byte[16])),
        "inputs[0].datatype");
  }

  @Test
  void infer_wrongShape() {
    refused(Requests.features("flights", new float[] {1, 2, 3}), "inputs[0].shape");
    var flat =
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(Requests.input("features", "FP32", 2))
            .addRawInputContents(Requests.floats(new float[] {1, 2}));
    refused(flat, "inputs[0].shape");
    var empty =
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(Requests.input("features", "FP32", 0, 2))
            .addRawInputContents(ByteString.EMPTY);
    refused(empty, "inputs[0].shape");
  }

  @Test
  void infer_fewerValuesThanTheShapeSays_isNeverAnsweredWithNumbers() {
    var one = ModelInferRequest.newBuilder().setModelName("flights");
    one.addInputs(Requests.input("features", "FP32", 128, 2));
    refused(one.clone().addRawInputContents(one()), "raw_input_contents[0]");
    var contents = Requests.column("features", 1).toBuilder().clearShape();
    refused(
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(contents.addShape(1).addShape(2)),
        "inputs[0].contents.fp32_contents");
  }

  @Test
  void infer_unknownOutput() {
    refused(
        sum().addOutputs(InferRequestedOutputTensor.newBuilder().setName("nothing")),
        "outputs[0].name");
  }

  @Test
  void infer_wrongParameters() {
    refused(
        sum().putParameters("occurred_at", Requests.text("yesterday")), "parameters.occurred_at");
    refused(sum().putParameters("timeout", Requests.number(-1)), "parameters.timeout");
    refused(sum().putParameters("routing_key", Requests.number(1)), "parameters.routing_key");
  }

  @Test
  void infer_valuesThatTheModelCannotTake() {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName("lookup")
            .addInputs(Requests.input("index", "INT64", 1))
            .addRawInputContents(ByteString.copyFrom(new byte[] {99, 0, 0, 0, 0, 0, 0, 0}));
    assertThatThrownBy(() -> server.infer(request))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INPUT_REJECTED"));
  }

  @Test
  void infer_withoutTokenOrPermission() {
    assertThatThrownBy(
            () ->
                GRPCInferenceServiceGrpc.newBlockingStub(service.anonymous())
                    .modelInfer(sum().build()))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_MISSING"));
    assertThatThrownBy(
            () ->
                GRPCInferenceServiceGrpc.newBlockingStub(service.channel("eve", "auditor"))
                    .modelInfer(sum().build()))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void health_needsNoToken() {
    var stub = GRPCInferenceServiceGrpc.newBlockingStub(service.anonymous());
    assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
  }

  @Test
  void modelReady() {
    assertThat(ready("flights", "")).isTrue();
    assertThat(ready("flights", "1")).isTrue();
    assertThat(ready("flights", "2")).isFalse();
    assertThat(ready("evil", "")).isFalse();
  }

  private static boolean ready(String model, String version) {
    return server
        .stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(model).setVersion(version).build())
        .getReady();
  }

  @Test
  void metadata() {
    var metadata =
        server.stub().modelMetadata(ModelMetadataRequest.newBuilder().setName("sum").build());
    assertThat(metadata.getVersionsList()).containsExactly("3");
    assertThat(metadata.getPlatform()).isEqualTo("onnxruntime_onnx");
    assertThat(metadata.getInputsList())
        .extracting(input -> input.getName())
        .containsExactly("a", "b");
    assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, -1L);
    var about = server.stub().serverMetadata(ServerMetadataRequest.getDefaultInstance());
    assertThat(about.getName()).isEqualTo("penstock");
    assertThat(about.getExtensionsList()).contains("statistics");
  }

  @Test
  void config_leavesTheRowsOut() {
    var config =
        server
            .stub()
            .modelConfig(ModelConfigRequest.newBuilder().setName("flights").build())
            .getConfig();
    assertThat(config.getMaxBatchSize()).isEqualTo(64);
    assertThat(config.getInput(0).getDimsList()).containsExactly(2L);
    assertThat(config.getBackend()).isEqualTo("onnxruntime");
  }

  @Test
  void statistics_countRowsAndRuns() {
    var before = statistics();
    server.infer(sum());
    server.infer(sum());
    var after = statistics();
    assertThat(after.getInferenceStats().getSuccess().getCount())
        .isGreaterThanOrEqualTo(before.getInferenceStats().getSuccess().getCount() + 2);
    assertThat(after.getExecutionCount()).isGreaterThanOrEqualTo(before.getExecutionCount() + 2);
    assertThat(after.getLastInference()).isPositive();
    assertThat(after.getBatchStatsCount()).isPositive();
    var stats = after.getInferenceStats();
    assertThat(stats.getSuccess().getNs())
        .isEqualTo(
            stats.getQueue().getNs()
                + stats.getComputeInput().getNs()
                + stats.getComputeInfer().getNs()
                + stats.getComputeOutput().getNs());
    assertThat(stats.getComputeInput().getNs()).isPositive();
    assertThat(stats.getCacheHit().getCount()).isZero();
    assertThat(after.getMemoryUsage(0).getType()).isEqualTo("CPU");
    assertThat(after.getMemoryUsage(0).getByteSize()).isPositive();
  }

  @Test
  void status_tellsWhatIsExpectedOfRuns() {
    server.infer(sum());
    var sum =
        server.status().getVersionsList().stream()
            .filter(version -> version.getVersion().startsWith("models/sum/"))
            .findFirst()
            .orElseThrow();
    assertThat(sum.getInMemory()).isTrue();
    assertThat(sum.getMemoryBytes()).isPositive();
    assertThat(sum.getRunTimesList()).isNotEmpty();
    assertThat(sum.getRunTimes(0).getP99Us()).isGreaterThanOrEqualTo(sum.getRunTimes(0).getP50Us());
  }

  @Test
  void extensions_areThoseThatWork() {
    assertThat(
            server
                .stub()
                .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                .getExtensionsList())
        .contains(
            "classification",
            "sequence(string_id)",
            "model_repository(unload_dependents)",
            "schedule_policy",
            "binary_tensor_data",
            "trace",
            "logging")
        .doesNotContain("system_shared_memory", "cuda_shared_memory");
  }

  private static io.penstock.proto.oip.ModelStatistics statistics() {
    return server
        .stub()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName("sum").build())
        .getModelStats(0);
  }

  @Test
  void repositoryIndex_showsWhatFailed() {
    var index = server.stub().repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
    assertThat(index.getModelsList())
        .extracting(ModelIndex::getName)
        .contains("flights", "sum", "evil");
    var evil = index.getModelsList().stream().filter(m -> m.getName().equals("evil")).findFirst();
    assertThat(evil.orElseThrow().getState()).isEqualTo("UNAVAILABLE");
    assertThat(evil.orElseThrow().getReason()).contains("external files");
    var ready =
        server.stub().repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build());
    assertThat(ready.getModelsList()).extracting(ModelIndex::getName).doesNotContain("evil");
  }

  @Test
  void status_tellsDeviceAndVersions() {
    var status = server.status();
    assertThat(status.getDevice()).isEqualTo("cpu");
    assertThat(status.getDeviceReason()).contains("no usable GPU");
    assertThat(status.getFollowing()).isTrue();
    assertThat(status.getVersionsList())
        .filteredOn(version -> version.getState() == LoadState.LOAD_STATE_SERVING)
        .allMatch(version -> version.getVariant() == Variant.VARIANT_PRIMARY)
        .extracting(ServedVersion::getBreaker)
        .containsOnly("CLOSED");
  }

  private static ModelInferRequest.Builder sum() {
    return ModelInferRequest.newBuilder()
        .setModelName("sum")
        .addInputs(Requests.input("a", "FP32", 1, 1))
        .addInputs(Requests.input("b", "FP32", 1, 1))
        .addRawInputContents(one())
        .addRawInputContents(one());
  }

  private static ByteString one() {
    return Requests.floats(new float[] {1});
  }

  private static void refused(ModelInferRequest.Builder request, String field) {
    assertThatThrownBy(() -> server.infer(request))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }
}
