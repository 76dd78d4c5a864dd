package io.penstock.registry.model;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.Dependency;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.TensorSpec;
import io.penstock.registry.Limits;
import io.penstock.registry.NamePattern;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.onnx.Datatype;
import io.penstock.registry.profile.ProfileProtos;
import io.penstock.registry.version.ServingConfig;
import io.penstock.registry.version.ServingConfigProtos;
import io.penstock.registry.version.VersionProtos;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Models, and versions to be registered, on the wire; whatever comes from there is checked here.
final class ModelProtos {

  private static final NamePattern FEATURE_VIEWS =
      NamePattern.of("featureViews/{view}/versions/{number}");

  private ModelProtos() {}

  static Model fromProto(CreateModelRequest request, Instant now, String caller) {
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "model_id", request.getModelId());
    Limits.text(problems, "description", request.getDescription(), Limits.DESCRIPTION);
    Limits.entries(problems, "tags", request.getTagsMap());
    problems.throwIfAny();
    return new Model(
        request.getModelId(),
        request.getModelId(),
        request.getDescription(),
        request.getTagsMap(),
        caller,
        0,
        now,
        now);
  }

  static io.penstock.proto.registry.v1.Model toProto(Model model) {
    return io.penstock.proto.registry.v1.Model.newBuilder()
        .setName(model.name())
        .setDisplayName(model.displayName())
        .setDescription(model.description())
        .putAllTags(model.tags())
        .setOwner(model.owner())
        .setLatestVersion(model.latestVersion())
        .setCreateTime(Times.toProto(model.createTime()))
        .setUpdateTime(Times.toProto(model.updateTime()))
        .build();
  }

  static NewVersion fromProto(CreateModelVersionRequest request) {
    var model = Model.idOf("parent", request.getParent());
    var version = request.getVersion();
    check(version);
    return new NewVersion(
        model,
        version.getDescription(),
        artifact(version),
        version.getRun().isEmpty()
            ? Optional.empty()
            : Optional.of(RunName.parse("version.run", version.getRun())),
        version.hasSignature()
            ? Optional.of(VersionProtos.signature(version.getSignature()))
            : Optional.empty(),
        version.hasFeatureBinding()
            ? Optional.of(VersionProtos.binding(version.getFeatureBinding()))
            : Optional.empty(),
        version.hasConfig()
            ? ServingConfigProtos.fromProto(version.getConfig())
            : ServingConfig.NONE,
        ProfileProtos.fromProto(version.getBaselineProfile()),
        version.getDependenciesList().stream().map(Dependency::getPurl).toList(),
        version.getTagsMap());
  }

  // An ensemble is nothing but its configuration, which becomes its artifact.
  private static Optional<ArtifactDigest> artifact(ModelVersion version) {
    return version.getArtifact().isEmpty() && version.getConfig().hasEnsembleScheduling()
        ? Optional.empty()
        : Optional.of(ArtifactDigest.ofName("version.artifact", version.getArtifact()));
  }

  private static void check(ModelVersion version) {
    var problems = new InvalidArguments();
    Limits.text(problems, "version.description", version.getDescription(), Limits.DESCRIPTION);
    Limits.entries(problems, "version.tags", version.getTagsMap());
    ProfileProtos.check(problems, "version.baseline_profile", version.getBaselineProfile());
    checkSpecs(problems, "version.signature.inputs", version.getSignature().getInputsList());
    checkSpecs(problems, "version.signature.outputs", version.getSignature().getOutputsList());
    checkBinding(problems, version.getFeatureBinding());
    checkDependencies(problems, version);
    problems.addIf(
        version.getConfig().hasEnsembleScheduling() && !version.getArtifact().isEmpty(),
        "version.artifact",
        "was given, expected none: that of an ensemble is its configuration");
    ServingConfigProtos.check(problems, "version.config", version.getConfig());
    problems.throwIfAny();
  }

  private static void checkSpecs(InvalidArguments problems, String field, List<TensorSpec> specs) {
    Limits.count(problems, field, specs.size());
    for (int i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var path = "%s[%d]".formatted(field, i);
      Limits.key(problems, path + ".name", spec.getName());
      problems.addIf(
          Datatype.ofName(spec.getDatatype()).isEmpty(),
          path + ".datatype",
          "was '%s', expected one of %s"
              .formatted(spec.getDatatype(), Arrays.toString(Datatype.values())));
      problems.addIf(
          spec.getShapeList().stream().anyMatch(dimension -> dimension < -1),
          path + ".shape",
          "was %s, expected sizes, or -1 for a variable dimension".formatted(spec.getShapeList()));
    }
  }

  private static void checkBinding(InvalidArguments problems, FeatureBinding binding) {
    Limits.count(problems, "version.feature_binding.columns", binding.getColumnsCount());
    for (int i = 0; i < binding.getColumnsCount(); i++) {
      checkColumn(
          problems, "version.feature_binding.columns[%d]".formatted(i), binding.getColumns(i));
    }
  }

  private static void checkColumn(InvalidArguments problems, String path, FeatureColumn column) {
    Limits.key(problems, path + ".name", column.getName());
    if (column.hasFeature()) {
      var feature = column.getFeature();
      problems.addIf(
          FEATURE_VIEWS.match(feature.getFeatureView()).isEmpty(),
          path + ".feature.feature_view",
          "was '%s', expected the form featureViews/{view}/versions/{number}"
              .formatted(feature.getFeatureView()));
      Limits.key(problems, path + ".feature.feature", feature.getFeature());
      Limits.text(problems, path + ".feature.entity_input", feature.getEntityInput(), Limits.KEY);
    }
  }

  private static void checkDependencies(InvalidArguments problems, ModelVersion version) {
    Limits.count(problems, "version.dependencies", version.getDependenciesCount());
    for (int i = 0; i < version.getDependenciesCount(); i++) {
      var purl = version.getDependencies(i).getPurl();
      problems.addIf(
          !purl.startsWith("pkg:") || purl.length() > Limits.VALUE,
          "version.dependencies[%d].purl".formatted(i),
          "expected a package URL, like pkg:maven/group/artifact@version");
    }
  }
}
