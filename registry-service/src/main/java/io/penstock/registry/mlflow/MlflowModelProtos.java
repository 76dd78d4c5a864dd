package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.ModelVersionStatus;
import io.penstock.proto.mlflow.v1.RegisteredModel;
import io.penstock.proto.mlflow.v1.RegisteredModelAlias;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.loggedmodel.LoggedModel;
import io.penstock.registry.registered.NewRegistration;
import io.penstock.registry.registered.RegisteredVersion;
import io.penstock.registry.registered.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Models and versions as MLflow writes them; whatever comes from there is checked here.
final class MlflowModelProtos {

  private MlflowModelProtos() {}

  static NewRegistration fromProto(CreateModelVersionRequest request) {
    return new NewRegistration(
        ModelFields.name("name", request.getName()),
        ModelFields.reference("source", request.getSource()),
        ModelFields.reference("run_id", request.getRunId()),
        ModelFields.reference("run_link", request.getRunLink()),
        ModelFields.description(request.getDescription()),
        Optional.of(request.getModelId()).filter(id -> !id.isEmpty()),
        tags(request.getTagsList(), ModelFields::versionTag));
  }

  /// Of several values of a tag the last one counts.
  static Map<String, String> tags(List<Tag> tags, BiConsumer<String, String> check) {
    var checked = new TreeMap<String, String>();
    for (var tag : tags) {
      check.accept(tag.getKey(), tag.getValue());
      checked.put(tag.getKey(), tag.getValue());
    }
    return checked;
  }

  static RegisteredModel toProto(io.penstock.registry.registered.RegisteredModel model) {
    var proto =
        RegisteredModel.newBuilder()
            .setName(model.name())
            .setCreationTimestamp(model.createTime().toEpochMilli())
            .setLastUpdatedTimestamp(model.updateTime().toEpochMilli())
            .addAllLatestVersions(toProtos(model.latest()))
            .addAllTags(toProtos(model.tags()));
    if (!model.description().isEmpty()) {
      proto.setDescription(model.description());
    }
    new TreeMap<>(model.aliases())
        .forEach(
            (alias, number) ->
                proto.addAliases(
                    RegisteredModelAlias.newBuilder()
                        .setAlias(alias)
                        .setVersion(Long.toString(number))));
    return proto.build();
  }

  static List<ModelVersion> toProtos(List<RegisteredVersion> versions) {
    return versions.stream().map(MlflowModelProtos::toProto).toList();
  }

  static ModelVersion toProto(RegisteredVersion version) {
    var proto =
        ModelVersion.newBuilder()
            .setName(version.model())
            .setVersion(Long.toString(version.id().number()))
            .setCreationTimestamp(version.createTime().toEpochMilli())
            .setLastUpdatedTimestamp(version.updateTime().toEpochMilli())
            .setUserId(version.createdBy())
            .setCurrentStage(version.stage().title())
            .setDescription(version.description())
            .setSource(version.source())
            .setRunId(version.runId())
            .setStatus(statusOf(version.status()))
            .setRunLink(version.runLink())
            .addAllTags(toProtos(version.tags()))
            .addAllAliases(version.aliases());
    version.loggedModel().ifPresent(proto::setModelId);
    if (!version.statusMessage().isEmpty()) {
      proto.setStatusMessage(version.statusMessage());
    }
    return proto.build();
  }

  /// The version with what is known of the logged model that it is.
  static ModelVersion withModel(ModelVersion version, LoggedModel model) {
    return version.toBuilder()
        .addAllModelParams(LoggedModelProtos.paramsOf(model))
        .addAllModelMetrics(LoggedModelProtos.metricsOf(model))
        .build();
  }

  private static List<Tag> toProtos(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(tag -> Tag.newBuilder().setKey(tag.getKey()).setValue(tag.getValue()).build())
            .toList();
  }

  private static ModelVersionStatus statusOf(VersionStatus status) {
    return switch (status) {
      case PENDING_REGISTRATION -> ModelVersionStatus.PENDING_REGISTRATION;
      case FAILED_REGISTRATION -> ModelVersionStatus.FAILED_REGISTRATION;
      case READY -> ModelVersionStatus.READY;
    };
  }
}
