package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.FileInfo;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriRequest;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.SearchModelVersionsRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// The files that MLflow's clients find of a version that was registered from an artifact.
class NativeFilesIT extends ModelsFixture {

  private static final byte[] ONNX = TestOnnx.logistic(0, 1, 2, 3);

  private FileClient files;

  @BeforeEach
  void connectFiles() {
    files = FileClient.of(registry, "ada");
  }

  @Test
  void version_hasTheModelAndItsDescription() {
    var version = ada.newVersion(ada.newModel(), ONNX);
    var folder = folder(version);

    assertThat(files.names(folder)).containsExactly("MLmodel", "model.onnx");
    assertThat(files.download(folder + "/model.onnx")).isEqualTo(ONNX);
    assertThat(files.download(folder + "/MLmodel"))
        .satisfies(
            bytes -> assertThat(info(folder, "MLmodel").getSha256()).isEqualTo(sha256(bytes)))
        .hasSize((int) info(folder, "MLmodel").getFileSize());
    assertThat(files.download(inVersion(version, "model.onnx"))).isEqualTo(ONNX);
  }

  @Test
  void description_saysHowToLoadIt() {
    var version = ada.newVersion(ada.newModel(), ONNX);
    Map<String, Object> document = mlmodel(folder(version));
    assertThat(document.get("flavors"))
        .isEqualTo(
            Map.of(
                "onnx",
                Map.of("data", "model.onnx"),
                "python_function",
                Map.of("data", "model.onnx", "loader_module", "mlflow.onnx")));
    assertThat(document.get("signature"))
        .isEqualTo(
            Map.of(
                "inputs",
                "[{\"name\":\"features\",\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,3]}}]",
                "outputs",
                "[{\"name\":\"probability\",\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,1]}}]"));
  }

  @Test
  void source_isFoundAndStaysWhenTheModelIsRenamed() {
    var version = ada.newVersion(ada.newModel(), ONNX);
    var seen = getVersion(id(version), "1");
    assertThat(downloadUri(id(version))).isEqualTo(seen.getSource());
    var search =
        SearchModelVersionsRequest.newBuilder()
            .setFilter("source_path = '%s'".formatted(seen.getSource()));
    assertThat(models.searchModelVersions(search.build()).getModelVersionsList())
        .containsExactly(seen);
    var renamed = id(version) + " anew";
    rename(id(version), renamed);
    assertThat(getVersion(renamed, "1").getSource()).isEqualTo(seen.getSource());
    assertThat(files.names(folder(version))).hasSize(2);
  }

  @Test
  void nobodyWritesThere() {
    var folder = folder(ada.newVersion(ada.newModel(), ONNX));
    assertThatThrownBy(() -> files.upload(folder + "/model.onnx", ONNX))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FOLDER_RESERVED"));
    assertThatThrownBy(() -> files.upload("_versions/other", ONNX))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FOLDER_RESERVED"));
    assertThatThrownBy(() -> files.delete(folder))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FOLDER_RESERVED"));
    assertThatThrownBy(() -> files.begin(folder, "weights", 2))
        .satisfies(Failures.with(FAILED_PRECONDITION, "FOLDER_RESERVED"));
  }

  @Test
  void copy_hasFilesOfItsOwn_andIsServed() {
    var version = ada.newVersion(ada.newModel(), ONNX);
    var copy = version(newModel(), "models:/%s/1".formatted(id(version)));
    deleteVersion(id(version), "1");

    assertThatThrownBy(() -> files.download(folder(version) + "/model.onnx"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
    var folder = downloadUri(copy.getName()).replace("mlflow-artifacts:/", "");
    assertThat(files.download(folder + "/model.onnx")).isEqualTo(ONNX);
    assertThat(mlmodel(folder)).containsKey("signature");
    var natively = "models/%s/versions/1".formatted(copy.getName());
    var _ = ada.promote(natively, Stage.STAGE_PRODUCTION);
    var promoted =
        ada.models.getModelVersion(GetModelVersionRequest.newBuilder().setName(natively).build());
    assertThat(promoted.getArtifact()).isEqualTo(version.getArtifact());
    assertThat(ada.deploy(promoted, Variant.VARIANT_PRIMARY, 100).getTargetsCount()).isOne();
  }

  @Test
  void whatIsNoVersion_hasNoFiles() {
    var model = newModel();
    version(model, "s3://elsewhere/model");
    assertThat(files.names("_versions")).isEmpty();
    assertThat(files.names("_versions/" + model)).isEmpty();
    assertThat(files.names("_versions/%s/1".formatted(model))).isEmpty();
    assertThat(files.names("_versions/%s/99999999999999999999".formatted(model))).isEmpty();
    assertThat(version(newModel(), "mlflow-artifacts:/_versions/%s/1".formatted(model)).getSource())
        .endsWith("/1");
  }

  private static String sha256(byte[] bytes) {
    var sha256 = ArtifactDigest.sha256();
    sha256.update(ByteBuffer.wrap(bytes));
    return ArtifactDigest.of(sha256).hex();
  }

  private Map<String, Object> mlmodel(String folder) {
    return new Yaml().load(new String(files.download(folder + "/MLmodel"), StandardCharsets.UTF_8));
  }

  private FileInfo info(String folder, String name) {
    return files.list(folder).stream()
        .filter(file -> file.getPath().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String folder(ModelVersion version) {
    return "_versions/%s/1".formatted(id(version));
  }

  private static String id(ModelVersion version) {
    return version.getName().split("/")[1];
  }

  private String downloadUri(String model) {
    return models
        .getModelVersionDownloadUri(
            GetModelVersionDownloadUriRequest.newBuilder().setName(model).setVersion("1").build())
        .getArtifactUri();
  }

  private void rename(String name, String next) {
    var _ =
        models.renameRegisteredModel(
            RenameRegisteredModelRequest.newBuilder().setName(name).setNewName(next).build());
  }

  private static DownloadFileRequest inVersion(ModelVersion version, String path) {
    return DownloadFileRequest.newBuilder()
        .setName(id(version))
        .setVersion("1")
        .setPath(path)
        .build();
  }
}
