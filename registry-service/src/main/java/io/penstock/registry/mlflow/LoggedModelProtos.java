package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.LoggedModelData;
import io.penstock.proto.mlflow.v1.LoggedModelInfo;
import io.penstock.proto.mlflow.v1.LoggedModelRegistration;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.loggedmodel.LoggedModel;
import io.penstock.registry.loggedmodel.LoggedModelStatus;
import io.penstock.registry.loggedmodel.ModelMetric;
import io.penstock.registry.loggedmodel.NewLoggedModel;
import io.penstock.registry.loggedmodel.Registration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Logged models as MLflow writes them; whatever comes from there is checked here.
final class LoggedModelProtos {

  private static final Pattern NOT_IN_NAMES = Pattern.compile("[/:.%\"']");
  private static final int NAME = 500;
  private static final int KEY = 255;

  /// MLflow sets no limit; the tag that lists a model's registrations grows with each of them.
  private static final int VALUE = 100_000;

  private LoggedModelProtos() {}

  static String id(String id) {
    TextLimits.check("model_id", id, KEY);
    return id;
  }

  static String key(String key) {
    TextLimits.check("key", key, KEY);
    return key;
  }

  /// @param name for a model whose client chose none
  static NewLoggedModel fromProto(CreateLoggedModelRequest request, String name) {
    var given = text(request.getName());
    given.ifPresent(LoggedModelProtos::checkName);
    var type = text(request.getModelType());
    type.ifPresent(text -> TextLimits.check("model_type", text, NAME));
    var run = text(request.getSourceRunId());
    run.ifPresent(text -> TextLimits.check("source_run_id", text, KEY));
    TextLimits.check("experiment_id", request.getExperimentId(), KEY);
    return new NewLoggedModel(
        request.getExperimentId(),
        given.orElse(name),
        type,
        run,
        params(request.getParamsList()),
        tags(request.getTagsList()));
  }

  private static void checkName(String name) {
    if (NOT_IN_NAMES.matcher(name).find()) {
      throw MlflowFailure.invalid(
          "Invalid model name (%s) provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")"
              .formatted(TextLimits.quoted(name)));
    }
    TextLimits.check("name", name, NAME);
  }

  private static Optional<String> text(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static Map<String, String> params(List<Param> params) {
    var checked = new TreeMap<String, String>();
    for (var param : params) {
      checkEntry(param.getKey(), param.getValue());
      var former = checked.putIfAbsent(param.getKey(), param.getValue());
      if (former != null && !former.equals(param.getValue())) {
        throw MlflowFailure.invalid(
            "Duplicate parameter keys have been submitted: ['%s']. Please ensure the request contains only one param value per param key."
                .formatted(param.getKey()));
      }
    }
    return checked;
  }

  /// Of several values of a tag the last one counts.
  static Map<String, String> tags(List<Tag> tags) {
    var checked = new TreeMap<String, String>();
    for (var tag : tags) {
      checkEntry(tag.getKey(), tag.getValue());
      checked.put(tag.getKey(), tag.getValue());
    }
    return checked;
  }

  private static void checkEntry(String key, String value) {
    TextLimits.check("key", key, KEY);
    TextLimits.check("value", value, VALUE);
  }

  static LoggedModelStatus fromProto(io.penstock.proto.mlflow.v1.LoggedModelStatus status) {
    return switch (status) {
      case LOGGED_MODEL_PENDING -> LoggedModelStatus.PENDING;
      case LOGGED_MODEL_READY -> LoggedModelStatus.READY;
      case LOGGED_MODEL_UPLOAD_FAILED -> LoggedModelStatus.UPLOAD_FAILED;
      case LOGGED_MODEL_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw MlflowFailure.invalid(
              "Invalid value for parameter 'status' supplied: expected LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.");
    };
  }

  static io.penstock.proto.mlflow.v1.LoggedModel toProto(LoggedModel model) {
    return io.penstock.proto.mlflow.v1.LoggedModel.newBuilder()
        .setInfo(info(model))
        .setData(data(model))
        .build();
  }

  private static LoggedModelInfo info(LoggedModel model) {
    var info =
        LoggedModelInfo.newBuilder()
            .setModelId(model.id())
            .setExperimentId(model.experiment())
            .setName(model.name())
            .setCreationTimestampMs(model.createMs())
            .setLastUpdatedTimestampMs(model.updateMs())
            .setArtifactUri(model.artifactUri())
            .setStatus(toProto(model.status()))
            .setModelType(model.modelType().orElse(""))
            .setSourceRunId(model.sourceRun().orElse(""))
            .addAllRegistrations(
                model.registrations().stream().map(LoggedModelProtos::toProto).toList());
    new TreeMap<>(model.tags())
        .forEach((key, value) -> info.addTags(Tag.newBuilder().setKey(key).setValue(value)));
    return info.build();
  }

  private static io.penstock.proto.mlflow.v1.LoggedModelStatus toProto(LoggedModelStatus status) {
    return switch (status) {
      case PENDING -> io.penstock.proto.mlflow.v1.LoggedModelStatus.LOGGED_MODEL_PENDING;
      case READY -> io.penstock.proto.mlflow.v1.LoggedModelStatus.LOGGED_MODEL_READY;
      case UPLOAD_FAILED ->
          io.penstock.proto.mlflow.v1.LoggedModelStatus.LOGGED_MODEL_UPLOAD_FAILED;
    };
  }

  private static LoggedModelRegistration toProto(Registration registration) {
    return LoggedModelRegistration.newBuilder()
        .setName(registration.model())
        .setVersion(String.valueOf(registration.version()))
        .build();
  }

  private static LoggedModelData data(LoggedModel model) {
    return LoggedModelData.newBuilder()
        .addAllParams(paramsOf(model))
        .addAllMetrics(metricsOf(model))
        .build();
  }

  static List<Param> paramsOf(LoggedModel model) {
    return new TreeMap<>(model.params())
        .entrySet().stream()
            .map(param -> Param.newBuilder().setKey(param.getKey()).setValue(param.getValue()))
            .map(Param.Builder::build)
            .toList();
  }

  static List<Metric> metricsOf(LoggedModel model) {
    return model.metrics().stream().map(LoggedModelProtos::toProto).toList();
  }

  private static Metric toProto(ModelMetric point) {
    var metric =
        Metric.newBuilder()
            .setKey(point.key())
            .setValue(point.value())
            .setTimestamp(point.timeMs())
            .setStep(point.step())
            .setModelId(point.model())
            .setRunId(point.run());
    text(point.datasetName()).ifPresent(metric::setDatasetName);
    text(point.datasetDigest()).ifPresent(metric::setDatasetDigest);
    return metric.build();
  }
}
