package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.GetLatestVersionsRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionByAliasRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.ModelVersionStatus;
import io.penstock.proto.mlflow.v1.RegisteredModel;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.SetModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.mlflow.v1.UpdateModelVersionRequest;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelRequest;
import io.penstock.proto.registry.v1.ListStageChangesRequest;
import io.penstock.proto.registry.v1.StageChange;
import io.penstock.proto.registry.v1.StageServiceGrpc;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsIT {

  private static final int CREATORS = 1_000;
  private static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.calls.attempts", 1)
          .with("penstock.peers.governance", peers.address())
          .with("penstock.peers.feature", peers.address());

  private ModelRegistryServiceBlockingStub models;
  private RegistryClient ada;

  @BeforeEach
  void connect() {
    peers.pass();
    models =
        ModelRegistryServiceGrpc.newBlockingStub(
            registry.channel("ada", "data-scientist", "ml-engineer"));
    ada = RegistryClient.of(registry, "ada");
  }

  @AfterAll
  static void stop() {
    peers.close();
  }

  @Test
  void create_givesBackWhatWasGiven() {
    var name = RegistryClient.unique("Größe 🤖 des Modells");
    var created =
        models
            .createRegisteredModel(
                CreateRegisteredModelRequest.newBuilder()
                    .setName(name)
                    .setDescription("how large")
                    .addTags(tag("team", "delay"))
                    .addTags(tag("team", "growth"))
                    .build())
            .getRegisteredModel();
    assertThat(created.getName()).isEqualTo(name);
    assertThat(created.getDescription()).isEqualTo("how large");
    assertThat(created.getTagsList()).containsExactly(tag("team", "growth"));
    assertThat(created.getCreationTimestamp()).isEqualTo(created.getLastUpdatedTimestamp());
    assertThat(get(name)).isEqualTo(created);
  }

  @Test
  void create_ofATakenName_saysSo() {
    var name = newModel();
    assertRefused(
        () -> create(name),
        ALREADY_EXISTS,
        "RESOURCE_ALREADY_EXISTS",
        "Registered Model (name=%s) already exists.".formatted(name));
    assertRefused(
        () ->
            models.createRegisteredModel(
                CreateRegisteredModelRequest.newBuilder()
                    .setName(name)
                    .addTags(tag("mlflow.prompt.is_prompt", "true"))
                    .build()),
        ALREADY_EXISTS,
        "RESOURCE_ALREADY_EXISTS",
        "Tried to create a prompt with name '%s', but the name is already taken by a registered model. MLflow does not allow creating a model and a prompt with the same name."
            .formatted(name));
  }

  @Test
  void create_withoutAUsableName_isRefused() {
    assertInvalid(
        () -> create(""),
        "Missing value for required parameter 'name'. See the API docs for more information about request parameters.");
    assertInvalid(
        () -> create("a/b"),
        "Invalid value \"a/b\" for parameter 'name' supplied: Registered model name cannot contain '/' or ':'.");
  }

  @Test
  void get_ofNoModel_saysSo() {
    assertRefused(
        () -> get("nobody"),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "Registered Model with name=nobody not found");
  }

  @Test
  void update_andRename_areSeen_andFreeTheOldName() {
    var name = newModel();
    var version = version(name, "s3://bucket/a");
    var described =
        models.updateRegisteredModel(
            UpdateRegisteredModelRequest.newBuilder().setName(name).setDescription("new").build());
    assertThat(described.getRegisteredModel().getDescription()).isEqualTo("new");
    var newName = RegistryClient.unique("renamed");
    rename(name, newName);
    assertThat(getVersion(newName, version.getVersion()).getName()).isEqualTo(newName);
    create(name);
    assertRefused(
        () -> rename(name, newName),
        ALREADY_EXISTS,
        "RESOURCE_ALREADY_EXISTS",
        "Registered Model (name=%s) already exists.".formatted(newName));
    assertInvalid(
        () -> rename(name, ""),
        "Missing value for required parameter 'new_name'. See the API docs for more information about request parameters.");
  }

  @Test
  void delete_takesTheModelAway_andFreesItsName() {
    var name = newModel();
    version(name, "s3://bucket/a");
    models.deleteRegisteredModel(DeleteRegisteredModelRequest.newBuilder().setName(name).build());
    assertRefused(
        () -> get(name),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "Registered Model with name=%s not found".formatted(name));
    assertThatThrownBy(() -> getVersion(name, "1"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
    create(name);
    assertThat(version(name, "s3://bucket/b").getVersion()).isEqualTo("1");
  }

  @Test
  void delete_ofAModelThatIsServed_isRefused() {
    var model = ada.newModel();
    var version = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    ada.deploy(version, Variant.VARIANT_PRIMARY, 100);
    var name = model.substring("models/".length());
    assertThatThrownBy(
            () ->
                models.deleteRegisteredModel(
                    DeleteRegisteredModelRequest.newBuilder().setName(name).build()))
        .satisfies(Failures.with(FAILED_PRECONDITION, "MODEL_SERVED"));
    assertThatThrownBy(() -> deleteVersion(name, "1"))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
  }

  @Test
  void modelTags_areSetReplacedAndDeleted() {
    var name = newModel();
    setTag(name, "stage/of work", "1");
    setTag(name, "stage/of work", "2");
    assertThat(get(name).getTagsList()).containsExactly(tag("stage/of work", "2"));
    var deletion =
        DeleteRegisteredModelTagRequest.newBuilder().setName(name).setKey("stage/of work").build();
    models.deleteRegisteredModelTag(deletion);
    models.deleteRegisteredModelTag(deletion);
    assertThat(get(name).getTagsList()).isEmpty();
    assertInvalid(
        () -> setTag(name, "a?b", "1"),
        "Invalid value \"a?b\" for parameter 'key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    assertInvalid(
        () -> setTag(name, "a/../b", "1"),
        "Invalid value \"a/../b\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'b'");
    assertInvalid(
        () -> setTag(name, "k".repeat(251), "1"),
        "'key' exceeds the maximum length of 250 characters");
    assertInvalid(
        () -> setTag(name, "k", "v".repeat(100_001)),
        "'value' exceeds the maximum length of 100000 characters");
  }

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
  void version_inARunsFolder_isNamedByItsFiles() {
    var run = ada.newRun().getName().split("/");
    var version = version(newModel(), "runs:/%s/model".formatted(run[3]));
    assertThat(downloadUri(version.getName(), "1"))
        .isEqualTo("mlflow-artifacts:/%s/%s/artifacts/model".formatted(run[1], run[3]));
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
        "C:\\Windows",
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
        "dbfs:/a/./b"
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
    assertRefused(
        () -> getVersion(name, "7"),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        missing.formatted(name, "7"));
    assertRefused(
        () -> getVersion(name, "99999999999999999999"),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        missing.formatted(name, "99999999999999999999"));
    assertInvalid(
        () -> getVersion(name, "seven"), "Parameter 'version' must be an integer, got 'seven'.");
    assertRefused(
        () -> version("nobody", "s3://bucket/a"),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "Registered Model with name=nobody not found");
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
    assertRefused(
        () -> alias(name, "champion", "9"),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
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
  void transition_goesThroughTheGate_inAnyCase_andBack() {
    var name = newModel();
    version(name, "s3://bucket/a");
    assertThat(transition(name, "1", "sTaGiNg", false).getCurrentStage()).isEqualTo("Staging");
    assertThat(peers.lastAsked().getPolicy()).isEqualTo("gatePolicies/staging");
    assertThat(transition(name, "1", "Production", false).getCurrentStage())
        .isEqualTo("Production");
    assertThat(transition(name, "1", "Archived", false).getCurrentStage()).isEqualTo("Archived");
    assertThat(transition(name, "1", "None", false).getCurrentStage()).isEqualTo("None");
    assertThat(stageChanges(name))
        .extracting(change -> change.getFromStage() + ">" + change.getToStage())
        .containsExactly(
            "STAGE_ARCHIVED>STAGE_NONE",
            "STAGE_PRODUCTION>STAGE_ARCHIVED",
            "STAGE_STAGING>STAGE_PRODUCTION",
            "STAGE_NONE>STAGE_STAGING");
    assertThat(stageChanges(name).getLast().getGateDecision()).startsWith("gateDecisions/");
  }

  @Test
  void transition_refusedByTheGate_saysWhatIsUnmet_andMovesNothing() {
    var name = newModel();
    version(name, "s3://bucket/a");
    peers.refuse("approved_by_another");
    assertThatThrownBy(() -> transition(name, "1", "Production", true))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "GATE_REFUSED",
                status -> assertThat(status.message()).contains("approved_by_another")));
    assertThat(getVersion(name, "1").getCurrentStage()).isEqualTo("None");
  }

  @Test
  void transition_archivesTheOthers_inOneStep() {
    var name = newModel();
    for (int i = 1; i <= 3; i++) {
      version(name, "s3://bucket/" + i);
      transition(name, String.valueOf(i), "Production", i == 3);
    }
    assertThat(
            LongStream.rangeClosed(1, 3)
                .mapToObj(number -> getVersion(name, String.valueOf(number)).getCurrentStage()))
        .containsExactly("Archived", "Archived", "Production");
    assertThat(latest(name, "production"))
        .extracting(ModelVersion::getVersion)
        .containsExactly("3");
    assertThat(latest(name)).extracting(ModelVersion::getVersion).containsExactly("2", "3");
  }

  @Test
  void transition_toNoSuchStage_orThatCannotArchiveOthers_isRefused() {
    var name = newModel();
    version(name, "s3://bucket/a");
    assertInvalid(
        () -> transition(name, "1", "unknown", false),
        "Invalid Model Version stage: unknown. Value must be one of None, Staging, Production, Archived.");
    assertInvalid(
        () -> transition(name, "1", "Archived", true),
        "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']");
  }

  @Test
  void transition_thatTakesAwayWhatIsServed_isRefused() {
    var model = ada.newModel();
    ada.deploy(
        ada.newProductionVersion(model, TestOnnx.logistic(0, 1)), Variant.VARIANT_PRIMARY, 100);
    ada.newVersion(model, TestOnnx.logistic(1, 1));
    var name = model.substring("models/".length());
    assertThatThrownBy(() -> transition(name, "1", "None", false))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    assertThatThrownBy(() -> transition(name, "2", "Production", true))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    assertThat(getVersion(name, "2").getCurrentStage()).isEqualTo("None");
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

  private List<StageChange> stageChanges(String name) {
    return StageServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"))
        .listStageChanges(ListStageChangesRequest.newBuilder().setParent("models/" + name).build())
        .getChangesList();
  }

  private static void assertInvalid(ThrowingCallable call, String message) {
    assertRefused(call, INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", message);
  }

  private static void assertRefused(
      ThrowingCallable call, Code code, String reason, String message) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(code, reason, status -> assertThat(status.message()).isEqualTo(message)));
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }

  private String newModel() {
    return create(RegistryClient.unique("model")).getName();
  }

  private RegisteredModel create(String name) {
    return models
        .createRegisteredModel(CreateRegisteredModelRequest.newBuilder().setName(name).build())
        .getRegisteredModel();
  }

  private RegisteredModel get(String name) {
    return models
        .getRegisteredModel(GetRegisteredModelRequest.newBuilder().setName(name).build())
        .getRegisteredModel();
  }

  private void rename(String name, String newName) {
    var _ =
        models.renameRegisteredModel(
            RenameRegisteredModelRequest.newBuilder().setName(name).setNewName(newName).build());
  }

  private void setTag(String name, String key, String value) {
    var _ =
        models.setRegisteredModelTag(
            SetRegisteredModelTagRequest.newBuilder()
                .setName(name)
                .setKey(key)
                .setValue(value)
                .build());
  }

  private ModelVersion version(String name, String source) {
    return models
        .createModelVersion(
            CreateModelVersionRequest.newBuilder().setName(name).setSource(source).build())
        .getModelVersion();
  }

  private ModelVersion getVersion(String name, String version) {
    return models
        .getModelVersion(
            GetModelVersionRequest.newBuilder().setName(name).setVersion(version).build())
        .getModelVersion();
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

  private void deleteVersion(String name, String version) {
    var _ =
        models.deleteModelVersion(
            DeleteModelVersionRequest.newBuilder().setName(name).setVersion(version).build());
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

  private ModelVersion transition(String name, String version, String stage, boolean archive) {
    return models
        .transitionModelVersionStage(
            TransitionModelVersionStageRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .setStage(stage)
                .setArchiveExistingVersions(archive)
                .build())
        .getModelVersion();
  }

  private List<ModelVersion> latest(String name, String... stages) {
    return models
        .getLatestVersions(
            GetLatestVersionsRequest.newBuilder()
                .setName(name)
                .addAllStages(List.of(stages))
                .build())
        .getModelVersionsList();
  }
}
