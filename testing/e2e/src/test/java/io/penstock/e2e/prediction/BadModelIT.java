package io.penstock.e2e.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.inference.v1.GetServingStatusRequest;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.inference.v1.ServedVersion;
import io.penstock.proto.inference.v1.ServingStatusServiceGrpc;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Models that must never serve: each is refused where it first shows, with the reason.
@ExtendWith(SharedSuite.class)
class BadModelIT {

  private static final AtomicInteger BIAS = new AtomicInteger();

  private final RunningSuite suite;
  private final Workshop workshop;
  private final Client ada;

  BadModelIT(RunningSuite suite) {
    this.suite = suite;
    this.workshop = new Workshop(suite);
    this.ada = suite.as("ada", "data-scientist", "ml-engineer");
  }

  @Test
  void bytes_notOnnx() {
    assertRefusedAtRegistration(
        "this is no model".getBytes(StandardCharsets.UTF_8), "NOT_ONNX", "");
  }

  @Test
  void onnx_withExternalData() {
    assertRefusedAtRegistration(
        TestOnnx.withExternalData("../../etc/passwd"), "EXTERNAL_DATA", "../../etc/passwd");
  }

  private void assertRefusedAtRegistration(byte[] bytes, String reason, String names) {
    String artifact = workshop.upload(bytes).getName();
    String model = newModel();
    assertThatThrownBy(
            () ->
                ada.grpc(ModelServiceGrpc::newBlockingStub)
                    .createModelVersion(
                        CreateModelVersionRequest.newBuilder()
                            .setParent("models/" + model)
                            .setVersion(ModelVersion.newBuilder().setArtifact(artifact))
                            .build()))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT, reason, failure -> names(failure, "version.artifact")));
    RestAnswer answer =
        ada.post("/v1/models/" + model + "/versions", "{\"artifact\": \"" + artifact + "\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.reason()).isEqualTo(reason);
    assertThat(answer.body()).contains("version.artifact").contains(names);
  }

  @Test
  void artifact_unknown() {
    String artifact = "artifacts/" + "0".repeat(64);
    RestAnswer answer =
        ada.post("/v1/models/" + newModel() + "/versions", "{\"artifact\": \"" + artifact + "\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    assertThat(answer.reason()).isEqualTo("ARTIFACT_NOT_FOUND");
  }

  @Test
  void binding_namesAnUnknownFeature() {
    ModelVersion version = workshop.registered(newOnnx(), toFeature("no_such_view", "rate"));
    workshop.approve(version);
    assertThatThrownBy(() -> workshop.promote(version))
        .satisfies(
            Failures.with(
                Code.FAILED_PRECONDITION,
                "GATE_REFUSED",
                failure -> names(failure, "signature_matches_features")));
    RestAnswer answer = promoteOverRest(version);
    assertThat(answer.status()).as(answer.body()).isEqualTo(412);
    assertThat(answer.reason()).isEqualTo("GATE_REFUSED");
    assertThat(answer.body()).contains("signature_matches_features");
  }

  @Test
  void artifact_corruptBeforePromotion() throws IOException {
    ModelVersion version = workshop.registered(newOnnx(), FeatureBinding.getDefaultInstance());
    workshop.approve(version);
    flipOneByte(version);
    assertThatThrownBy(() -> workshop.promote(version))
        .satisfies(Failures.with(Code.DATA_LOSS, "ARTIFACT_CORRUPT"));
    assertThat(promoteOverRest(version).status()).isEqualTo(500);
  }

  @Test
  void artifact_corruptWhenDownloaded() throws IOException {
    ModelVersion version = workshop.registered(newOnnx(), FeatureBinding.getDefaultInstance());
    flipOneByte(version);
    assertThatThrownBy(
            () ->
                ada.grpc(ArtifactServiceGrpc::newBlockingStub)
                    .downloadArtifact(
                        DownloadArtifactRequest.newBuilder().setName(version.getArtifact()).build())
                    .forEachRemaining(_ -> {}))
        .satisfies(Failures.with(Code.DATA_LOSS, "ARTIFACT_CORRUPT"));
    RestAnswer answer = ada.get("/v1/" + version.getArtifact() + ":download");
    assertThat(answer.status()).as(answer.body()).isEqualTo(500);
    assertThat(answer.reason()).isEqualTo("ARTIFACT_CORRUPT");
  }

  @Test
  void artifact_corruptWhenLoaded() throws Exception {
    ModelVersion version = workshop.registered(newOnnx(), FeatureBinding.getDefaultInstance());
    workshop.approve(version);
    workshop.promote(version);
    flipOneByte(version);
    workshop.deploy(version);
    Eventually.become(Duration.ofSeconds(20), () -> failed(version).isPresent());
    assertThat(failed(version).orElseThrow().getReason()).contains("ARTIFACT_CORRUPT");
  }

  private Optional<ServedVersion> failed(ModelVersion version) {
    return ada
        .grpc(ServingStatusServiceGrpc::newBlockingStub)
        .getServingStatus(GetServingStatusRequest.getDefaultInstance())
        .getVersionsList()
        .stream()
        .filter(served -> served.getVersion().equals(version.getName()))
        .filter(served -> served.getState() == LoadState.LOAD_STATE_FAILED)
        .findFirst();
  }

  private void flipOneByte(ModelVersion version) throws IOException {
    String hex = version.getArtifact().substring("artifacts/".length());
    Path stored;
    try (var files = Files.walk(suite.home().resolve("data/artifacts"))) {
      stored = files.filter(file -> file.endsWith(hex)).findFirst().orElseThrow();
    }
    assertThat(stored.toFile().setWritable(true)).isTrue();
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Files.write(stored, bytes);
  }

  private RestAnswer promoteOverRest(ModelVersion version) {
    return ada.post(
        "/v1/" + version.getName() + ":promote", "{\"targetStage\": \"STAGE_PRODUCTION\"}");
  }

  private String newModel() {
    String model = suite.newName("model");
    var _ =
        ada.grpc(ModelServiceGrpc::newBlockingStub)
            .createModel(CreateModelRequest.newBuilder().setModelId(model).build());
    return model;
  }

  /// Bytes that no other test stores: artifacts are shared by content.
  private static byte[] newOnnx() {
    return TestOnnx.logistic(1000 + BIAS.incrementAndGet(), 1, 1);
  }

  private static FeatureBinding toFeature(String view, String feature) {
    var reference =
        FeatureReference.newBuilder()
            .setFeatureView("featureViews/" + view + "/versions/1")
            .setFeature(feature)
            .setEntityInput("origin");
    return FeatureBinding.newBuilder()
        .setInput("features")
        .addColumns(FeatureColumn.newBuilder().setName("distance"))
        .addColumns(FeatureColumn.newBuilder().setName(feature).setFeature(reference))
        .build();
  }

  private static void names(FailureStatus failure, String field) {
    assertThat(failure.violations())
        .as(failure.message())
        .anyMatch(violation -> violation.field().equals(field));
  }
}
