package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static io.penstock.registry.mlflow.Refusals.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionByAliasRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriRequest;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.ModelVersionStatus;
import io.penstock.proto.mlflow.v1.SetModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.UpdateModelVersionRequest;
import io.penstock.testkit.Failures;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelVersionsIT extends ModelsFixture {

  private static final int CREATORS = 1_000;

  @Test
  void version_isReadyAtOnce_underTheNextNumber() {
    var name = newModel();
    version(name, "s3://bucket/a");
    var created =
        models
            .createModelVersion(
                CreateModelVersionRequest.newBuilder()
                    .setName(name)
                    .setSource("s3://bucket/b")
                    .setRunId("0123456789abcdef0123456789abcdef")
                    .setRunLink("http://elsewhere/run")
                    .setDescription("second")
                    .addTags(tag("k", "v"))
                    .build())
            .getModelVersion();
    assertThat(created.getVersion()).isEqualTo("2");
    assertThat(created.getStatus()).isEqualTo(ModelVersionStatus.READY);
    assertThat(created.getCurrentStage()).isEqualTo("None");
    assertThat(created.getUserId()).isEqualTo("ada");
    assertThat(created.getRunId()).isEqualTo("0123456789abcdef0123456789abcdef");
    assertThat(getVersion(name, "2")).isEqualTo(created);
    assertThat(downloadUri(name, "2")).isEqualTo("s3://bucket/b");
    assertThat(get(name).getLatestVersionsList()).containsExactly(created);
  }

  @Test
  void version_ofAnother_isNamedByItsFiles() {
    var name = newModel();
    version(name, "s3://bucket/a");
    alias(name, "champion", "1");
    var copy = version(newModel(), "models:/%s/1".formatted(name));
    assertThat(copy.getSource()).isEqualTo("models:/%s/1".formatted(name));
    assertThat(downloadUri(copy.getName(), "1")).isEqualTo("s3://bucket/a");
    var byAlias = version(newModel(), "models:/%s@champion".formatted(name));
    assertThat(downloadUri(byAlias.getName(), "1")).isEqualTo("s3://bucket/a");
    assertInvalid(
        () -> version(name, "models:/nobody/1"),
        "Unable to fetch model from model URI source artifact location 'models:/nobody/1'.Error: There is no such model version.");
  }

  @Test
  void version_inARunsFolder_isNamedByItsRun() {
    var source = "runs:/%s/model".formatted(ada.newRun().getName().split("/")[3]);
    var version = version(newModel(), source);
    assertThat(downloadUri(version.getName(), "1")).isEqualTo(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "./relative",
        "model",
        "file:///etc/passwd",
        "file:/etc",
        "FILE:///etc",
        ""
      })
  void version_ofLocalFiles_isRefused(String source) {
    var name = newModel();
    assertThatThrownBy(() -> version(name, source))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_PARAMETER_VALUE",
                status ->
                    assertThat(status.message())
                        .isEqualTo(
                            source.isEmpty()
                                ? "Missing value for required parameter 'source'. See the API docs for more information about request parameters."
                                : "Invalid model version source: '%s'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id."
                                    .formatted(source))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlflow-artifacts://host:9000/../../../",
        "http://host/api/2.0/mlflow-artifacts/artifacts/../../../",
        "https://host/api/2.0/mlflow-artifacts/artifacts/%2e%2e/%2e%2e/",
        "s3:/bucket/models/path/../../other/path",
        "mlflow-artifacts:/0/..%252f..%252f..%252f",
        "mlflow-artifacts:/0/a%00b",
        "mlflow-artifacts:/0/#/../../../etc",
        "https://host/x?y=/../../../etc",
        "mlflow-artifacts:relative",
        "dbfs:/a/./b",
        "C:\\Windows"
      })
  void version_ofASourceThatLeadsOut_isRefused(String source) {
    var name = newModel();
    assertInvalid(
        () -> version(name, source),
        "Invalid model version source: '%s'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path."
            .formatted(source));
  }

  @Test
  void version_isNotFound_saysSo() {
    var name = newModel();
    var missing = "Model Version (name=%s, version=%s) not found";
    assertMissing(() -> getVersion(name, "7"), missing.formatted(name, "7"));
    assertMissing(
        () -> getVersion(name, "99999999999999999999"),
        missing.formatted(name, "99999999999999999999"));
    assertInvalid(
        () -> getVersion(name, "seven"), "Parameter 'version' must be an integer, got 'seven'.");
    assertMissing(
        () -> version("nobody", "s3://bucket/a"), "Registered Model with name=nobody not found");
  }

  @Test
  void versionTagsAndDescription_change_andAreSeenNatively() {
    var name = newModel();
    version(name, "s3://bucket/a");
    models.updateModelVersion(
        UpdateModelVersionRequest.newBuilder()
            .setName(name)
            .setVersion("1")
            .setDescription("told")
            .build());
    setVersionTag(name, "a", "1");
    setVersionTag(name, "b", "2");
    models.deleteModelVersionTag(
        DeleteModelVersionTagRequest.newBuilder()
            .setName(name)
            .setVersion("1")
            .setKey("a")
            .build());
    var version = getVersion(name, "1");
    assertThat(version.getDescription()).isEqualTo("told");
    assertThat(version.getTagsList()).containsExactly(tag("b", "2"));
    var natively =
        ada.models.getModelVersion(
            io.penstock.proto.registry.v1.GetModelVersionRequest.newBuilder()
                .setName("models/%s/versions/1".formatted(name))
                .build());
    assertThat(natively.getDescription()).isEqualTo("told");
    assertThat(natively.getTagsMap()).containsExactlyEntriesOf(java.util.Map.of("b", "2"));
    assertThat(natively.getArtifact()).isEmpty();
  }

  @Test
  void deletedVersion_isGone_andItsNumberIsNeverGivenAgain() {
    var name = newModel();
    version(name, "s3://bucket/a");
    version(name, "s3://bucket/b");
    alias(name, "challenger", "2");
    deleteVersion(name, "2");
    assertThatThrownBy(() -> getVersion(name, "2"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
    assertThat(get(name).getAliasesList()).isEmpty();
    assertThat(version(name, "s3://bucket/c").getVersion()).isEqualTo("3");
  }

  @Test
  void alias_moves_andIsDeleted() {
    var name = newModel();
    version(name, "s3://bucket/a");
    version(name, "s3://bucket/b");
    alias(name, "champion", "1");
    alias(name, "champion", "2");
    assertThat(byAlias(name, "champion").getVersion()).isEqualTo("2");
    assertThat(byAlias(name, "champion").getAliasesList()).containsExactly("champion");
    assertThat(get(name).getAliases(0).getVersion()).isEqualTo("2");
    assertThat(byAlias(name, "latest").getVersion()).isEqualTo("2");
    models.deleteRegisteredModelAlias(
        DeleteRegisteredModelAliasRequest.newBuilder().setName(name).setAlias("champion").build());
    assertInvalid(() -> byAlias(name, "champion"), "Registered model alias champion not found.");
    assertMissing(
        () -> alias(name, "champion", "9"),
        "Model Version (name=%s, version=9) not found".formatted(name));
  }

  @Test
  void alias_thatCouldBeMistaken_isRefused() {
    var name = newModel();
    version(name, "s3://bucket/a");
    assertInvalid(
        () -> alias(name, "LATEST", "1"), "'latest' alias name (case insensitive) is reserved.");
    assertInvalid(() -> alias(name, "v12", "1"), "Version alias name 'v12' is reserved.");
    assertInvalid(
        () -> alias(name, "a b", "1"),
        "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
    assertInvalid(
        () -> alias(name, "a".repeat(256), "1"),
        "'Registered model alias name' exceeds the maximum length of 255 characters");
  }

  @Test
  void thousandCreators_getNumbersWithoutAGap() throws Exception {
    var name = newModel();
    var creators = new ArrayList<Callable<Long>>();
    for (int i = 0; i < CREATORS; i++) {
      var source = "s3://bucket/" + i;
      creators.add(() -> Long.valueOf(version(name, source).getVersion()));
    }
    long began = System.nanoTime();
    var numbers = new ArrayList<Long>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var reply : threads.invokeAll(creators)) {
        numbers.add(reply.get());
      }
    }
    System.out.printf(
        "%d versions of one model by as many creators: %.0f/s%n",
        CREATORS, CREATORS * 1e9 / (System.nanoTime() - began));
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, CREATORS).boxed().toList());
  }

  private String downloadUri(String name, String version) {
    return models
        .getModelVersionDownloadUri(
            GetModelVersionDownloadUriRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .build())
        .getArtifactUri();
  }

  private void setVersionTag(String name, String key, String value) {
    var _ =
        models.setModelVersionTag(
            SetModelVersionTagRequest.newBuilder()
                .setName(name)
                .setVersion("1")
                .setKey(key)
                .setValue(value)
                .build());
  }

  private void alias(String name, String alias, String version) {
    var _ =
        models.setRegisteredModelAlias(
            SetRegisteredModelAliasRequest.newBuilder()
                .setName(name)
                .setAlias(alias)
                .setVersion(version)
                .build());
  }

  private ModelVersion byAlias(String name, String alias) {
    return models
        .getModelVersionByAlias(
            GetModelVersionByAliasRequest.newBuilder().setName(name).setAlias(alias).build())
        .getModelVersion();
  }
}
