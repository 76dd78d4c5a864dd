package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelRequest;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelTagRequest;
import io.penstock.proto.mlflow.v1.FinalizeLoggedModelRequest;
import io.penstock.proto.mlflow.v1.GetLoggedModelRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.ListLoggedModelArtifactsRequest;
import io.penstock.proto.mlflow.v1.LogLoggedModelParamsRequest;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.LoggedModel;
import io.penstock.proto.mlflow.v1.LoggedModelRegistration;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.LoggedModelStatus;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelVersionStatus;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.SetLoggedModelTagsRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedModelIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private LoggedModelServiceGrpc.LoggedModelServiceBlockingStub models;
  private String experiment;

  @BeforeEach
  void connect() {
    models = LoggedModelServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    experiment = RegistryClient.unique("flights");
    var _ =
        RegistryClient.of(registry, "ada")
            .experiments
            .createExperiment(
                CreateExperimentRequest.newBuilder().setExperimentId(experiment).build());
  }

  @Test
  void createLoggedModel_withEverything_isReadBack() {
    var request =
        request()
            .setName("forest of trees")
            .setModelType("Agent")
            .setSourceRunId("0123456789abcdef")
            .addParams(param("trees", "120"))
            .addTags(tag("team", "delay"))
            .addTags(tag("team", "late"));
    var model = models.createLoggedModel(request.build()).getModel();

    var info = model.getInfo();
    assertThat(info.getModelId()).matches("m-[0-9a-f]{32}");
    assertThat(info.getExperimentId()).isEqualTo(experiment);
    assertThat(info.getName()).isEqualTo("forest of trees");
    assertThat(info.getModelType()).isEqualTo("Agent");
    assertThat(info.getSourceRunId()).isEqualTo("0123456789abcdef");
    assertThat(info.getStatus()).isEqualTo(LoggedModelStatus.LOGGED_MODEL_PENDING);
    assertThat(info.getCreationTimestampMs())
        .isPositive()
        .isEqualTo(info.getLastUpdatedTimestampMs());
    assertThat(info.getArtifactUri())
        .isEqualTo(
            "mlflow-artifacts:/%s/models/%s/artifacts".formatted(experiment, info.getModelId()));
    assertThat(info.getTagsList()).containsExactly(tag("team", "late"));
    assertThat(model.getData().getParamsList()).containsExactly(param("trees", "120"));
    assertThat(get(info.getModelId())).isEqualTo(model);
  }

  @Test
  void createLoggedModel_withoutName_getsOne() {
    var info = create().getInfo();
    assertThat(info.getName()).matches("[a-z]+-[a-z]+-\\d{1,3}");
    assertThat(info.hasModelType()).isTrue();
    assertThat(info.getModelType()).isEmpty();
    assertThat(info.hasSourceRunId()).isTrue();
    assertThat(info.getSourceRunId()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"my/model", "my.model", "my:model", "my%model", "my\"model"})
  void createLoggedModel_withABadName_isRefused(String name) {
    assertThatThrownBy(() -> models.createLoggedModel(request().setName(name).build()))
        .satisfies(
            invalid(
                "Invalid model name ('"
                    + name
                    + "') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")"));
  }

  @Test
  void createLoggedModel_withAQuoteInItsName_isRefusedAsPythonQuotesIt() {
    assertThatThrownBy(() -> models.createLoggedModel(request().setName("my'model").build()))
        .satisfies(
            invalid(
                "Invalid model name (\"my'model\") provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")"));
  }

  @Test
  void createLoggedModel_inNoExperiment_isRefused() {
    assertThatThrownBy(
            () -> models.createLoggedModel(CreateLoggedModelRequest.getDefaultInstance()))
        .satisfies(
            invalid(
                "Missing value for required parameter 'experiment_id'. See the API docs for more information about request parameters."));
    assertThatThrownBy(() -> models.createLoggedModel(request().setExperimentId("nowhere").build()))
        .satisfies(missing("No Experiment with id=nowhere exists"));
  }

  @Test
  void createLoggedModel_withTooLongAKey_isRefused() {
    assertThatThrownBy(
            () -> models.createLoggedModel(request().addTags(tag("k".repeat(256), "v")).build()))
        .satisfies(invalid("'key' exceeds the maximum length of 255 characters"));
    assertThatThrownBy(() -> models.createLoggedModel(request().addTags(tag("nul\0", "v")).build()))
        .satisfies(invalid("'key' holds a NUL character"));
  }

  @Test
  void finalizeLoggedModel_setsTheStatus() {
    var id = create().getInfo().getModelId();
    assertThat(finish(id, LoggedModelStatus.LOGGED_MODEL_READY).getInfo().getStatus())
        .isEqualTo(LoggedModelStatus.LOGGED_MODEL_READY);
    var _ = finish(id, LoggedModelStatus.LOGGED_MODEL_UPLOAD_FAILED);
    assertThat(get(id).getInfo().getStatus())
        .isEqualTo(LoggedModelStatus.LOGGED_MODEL_UPLOAD_FAILED);
    assertThatThrownBy(() -> finish("m-none", LoggedModelStatus.LOGGED_MODEL_READY))
        .satisfies(missing("Logged model with ID 'm-none' not found."));
  }

  @Test
  void deletedLoggedModel_isNotFound() {
    var id = create().getInfo().getModelId();
    var _ = models.deleteLoggedModel(DeleteLoggedModelRequest.newBuilder().setModelId(id).build());
    var gone = missing("Logged model with ID '%s' not found.".formatted(id));
    assertThatThrownBy(() -> get(id)).satisfies(gone);
    assertThatThrownBy(() -> finish(id, LoggedModelStatus.LOGGED_MODEL_READY)).satisfies(gone);
    assertThatThrownBy(() -> putTags(id, tag("a", "b"))).satisfies(gone);
    assertThatThrownBy(() -> putParams(id, param("a", "b"))).satisfies(gone);
    assertThatThrownBy(
            () ->
                models.deleteLoggedModel(
                    DeleteLoggedModelRequest.newBuilder().setModelId(id).build()))
        .satisfies(gone);
  }

  @Test
  void tags_areSetAndDeleted() {
    var id = create().getInfo().getModelId();
    assertThat(putTags(id, tag("b", "1"), tag("a", "2")).getInfo().getTagsList())
        .containsExactly(tag("a", "2"), tag("b", "1"));
    assertThat(putTags(id, tag("b", "3")).getInfo().getTagsList())
        .containsExactly(tag("a", "2"), tag("b", "3"));
    deleteTag(id, "b");
    assertThat(get(id).getInfo().getTagsList()).containsExactly(tag("a", "2"));
    assertThatThrownBy(() -> deleteTag(id, "b"))
        .satisfies(missing("No tag with key 'b' found for model with ID '%s'.".formatted(id)));
  }

  @Test
  void params_areWrittenOnce() {
    var id = create().getInfo().getModelId();
    putParams(id, param("trees", "120"));
    putParams(id, param("trees", "120"), param("depth", "7"));
    assertThat(get(id).getData().getParamsList())
        .containsExactly(param("depth", "7"), param("trees", "120"));
    assertThatThrownBy(() -> putParams(id, param("depth", "8")))
        .satisfies(
            invalid(
                "Changing param values is not allowed. Param with key='depth' was already logged with value='7' for model ID='%s'. Attempted logging new value '8'."
                    .formatted(id)));
    assertThatThrownBy(() -> putParams(id, param("a", "1"), param("a", "2")))
        .satisfies(
            invalid(
                "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key."));
  }

  @Test
  void aRegisteredVersion_isARegistrationOfItsModel() {
    var id = create().getInfo().getModelId();
    var registered = RegistryClient.unique("Delay in Ünïcödé");
    var catalog = catalog();
    var _ =
        catalog.createRegisteredModel(
            CreateRegisteredModelRequest.newBuilder().setName(registered).build());
    var _ =
        catalog.createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setName(registered)
                .setSource("models:/" + id)
                .setModelId(id)
                .build());
    assertThat(get(id).getInfo().getRegistrationsList())
        .containsExactly(
            LoggedModelRegistration.newBuilder().setName(registered).setVersion("1").build());
  }

  @Test
  void aRegisteredVersion_tellsWhatItsModelIs() {
    var run = "0123456789abcdef0123456789abcdef";
    var logged =
        models
            .createLoggedModel(
                request().setSourceRunId(run).addParams(param("trees", "120")).build())
            .getModel()
            .getInfo();
    var id = logged.getModelId();
    var folder = logged.getArtifactUri().substring("mlflow-artifacts:/".length());
    var files = FileClient.of(registry, "ada");
    var onnx = TestOnnx.logistic(0, 1);
    files.upload(folder + "/model.onnx", onnx);
    finish(id, LoggedModelStatus.LOGGED_MODEL_READY);
    measure(id);

    var registered = RegistryClient.unique("delay");
    var catalog = catalog();
    var _ =
        catalog.createRegisteredModel(
            CreateRegisteredModelRequest.newBuilder().setName(registered).build());
    var created =
        catalog
            .createModelVersion(
                CreateModelVersionRequest.newBuilder()
                    .setName(registered)
                    .setSource("models:/" + id)
                    .build())
            .getModelVersion();

    assertThat(created.getSource()).isEqualTo("models:/" + id);
    assertThat(created.getRunId()).isEqualTo(run);
    assertThat(created.getModelId()).isEqualTo(id);
    assertThat(created.getStatus()).isEqualTo(ModelVersionStatus.READY);
    assertThat(get(id).getInfo().getRegistrationsList())
        .extracting(LoggedModelRegistration::getName)
        .containsExactly(registered);
    var whole =
        catalog
            .getModelVersion(
                GetModelVersionRequest.newBuilder().setName(registered).setVersion("1").build())
            .getModelVersion();
    assertThat(whole.getModelParamsList()).containsExactly(param("trees", "120"));
    assertThat(whole.getModelMetricsList()).isEqualTo(get(id).getData().getMetricsList());
    assertThat(whole.getModelMetrics(0).getKey()).isEqualTo("auc");
    assertThat(whole.getModelMetrics(0).getValue()).isEqualTo(0.75);
    var location =
        catalog
            .getModelVersionDownloadUri(
                GetModelVersionDownloadUriRequest.newBuilder()
                    .setName(registered)
                    .setVersion("1")
                    .build())
            .getArtifactUri();
    assertThat(location).isEqualTo(logged.getArtifactUri());
    assertThat(files.download(folder + "/model.onnx")).isEqualTo(onnx);
  }

  private void measure(String model) {
    var tracking = TrackingServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    var run =
        tracking
            .createRun(CreateRunRequest.newBuilder().setExperimentId(experiment).build())
            .getRun();
    var _ =
        tracking.logMetric(
            LogMetricRequest.newBuilder()
                .setRunId(run.getInfo().getRunId())
                .setKey("auc")
                .setValue(0.75)
                .setTimestamp(1)
                .setModelId(model)
                .build());
  }

  private static ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub catalog() {
    return ModelRegistryServiceGrpc.newBlockingStub(
        registry.channel("ada", "data-scientist", "ml-engineer"));
  }

  @Test
  void listLoggedModelArtifacts_ofAnEmptyModel() {
    var info = create().getInfo();
    var listing =
        models.listLoggedModelArtifacts(
            ListLoggedModelArtifactsRequest.newBuilder().setModelId(info.getModelId()).build());
    assertThat(listing.getRootUri()).isEqualTo(info.getArtifactUri());
    assertThat(listing.getFilesList()).isEmpty();
  }

  private CreateLoggedModelRequest.Builder request() {
    return CreateLoggedModelRequest.newBuilder().setExperimentId(experiment);
  }

  private LoggedModel create() {
    return models.createLoggedModel(request().build()).getModel();
  }

  private LoggedModel get(String id) {
    return models
        .getLoggedModel(GetLoggedModelRequest.newBuilder().setModelId(id).build())
        .getModel();
  }

  private LoggedModel finish(String id, LoggedModelStatus status) {
    return models
        .finalizeLoggedModel(
            FinalizeLoggedModelRequest.newBuilder().setModelId(id).setStatus(status).build())
        .getModel();
  }

  private LoggedModel putTags(String id, Tag... tags) {
    var request = SetLoggedModelTagsRequest.newBuilder().setModelId(id);
    for (var tag : tags) {
      request.addTags(tag);
    }
    return models.setLoggedModelTags(request.build()).getModel();
  }

  private void deleteTag(String id, String key) {
    var _ =
        models.deleteLoggedModelTag(
            DeleteLoggedModelTagRequest.newBuilder().setModelId(id).setTagKey(key).build());
  }

  private void putParams(String id, Param... params) {
    var request = LogLoggedModelParamsRequest.newBuilder().setModelId(id);
    for (var param : params) {
      request.addParams(param);
    }
    var _ = models.logLoggedModelParams(request.build());
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }

  private static Param param(String key, String value) {
    return Param.newBuilder().setKey(key).setValue(value).build();
  }

  private static ThrowingConsumer<Throwable> invalid(String message) {
    return Failures.with(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        status -> assertThat(status.message()).isEqualTo(message));
  }

  private static ThrowingConsumer<Throwable> missing(String message) {
    return Failures.with(
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        status -> assertThat(status.message()).isEqualTo(message));
  }
}
