package io.penstock.registry.version;

import io.penstock.proto.registry.v1.Dependency;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.onnx.Datatype;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.profile.ProfileProtos;
import io.penstock.registry.version.ModelVersion.Retirement;
import java.util.List;
import java.util.Optional;

/// Model versions on the wire and, in the same form, in the database.
public final class VersionProtos {

  private VersionProtos() {}

  public static io.penstock.proto.registry.v1.ModelVersion toProto(ModelVersion version) {
    var proto = content(version);
    ProfileProtos.toProto(version.baselineProfile()).ifPresent(proto::setBaselineProfile);
    version.retirement().ifPresent(retirement -> retire(proto, retirement));
    return proto
        .setName(version.name().toString())
        .setDescription(version.description())
        .setStage(stageOf(version.stage()))
        .setArtifact(version.artifact().map(ArtifactDigest::name).orElse(""))
        .setSignatureChanges(version.signatureChanges())
        .putAllTags(version.tags())
        .setRun(version.run().map(RunName::toString).orElse(""))
        .setCreateTime(Times.toProto(version.createTime()))
        .setCreatedBy(version.createdBy())
        .setEtag(version.etag())
        .build();
  }

  private static void retire(
      io.penstock.proto.registry.v1.ModelVersion.Builder proto, Retirement retirement) {
    proto.setRetireTime(Times.toProto(retirement.time())).setRetireReason(retirement.reason());
  }

  /// What never changes and has no column of its own, as it is stored.
  static byte[] contentBytes(ModelVersion version) {
    return content(version).build().toByteArray();
  }

  private static io.penstock.proto.registry.v1.ModelVersion.Builder content(ModelVersion version) {
    var proto =
        io.penstock.proto.registry.v1.ModelVersion.newBuilder()
            .setSignature(toProto(version.signature()))
            .putAllMetrics(version.metrics());
    version.featureBinding().ifPresent(binding -> proto.setFeatureBinding(toProto(binding)));
    ServingConfigProtos.toProto(version.config()).ifPresent(proto::setConfig);
    version
        .dependencies()
        .forEach(purl -> proto.addDependencies(Dependency.newBuilder().setPurl(purl)));
    return proto;
  }

  /// A version that is stored: its content, and what its columns say.
  static ModelVersion fromContent(VersionRow row, byte[] stored) {
    var content = StoredProtos.parse(io.penstock.proto.registry.v1.ModelVersion.parser(), stored);
    return new ModelVersion(
        row.name(),
        row.description(),
        row.stage(),
        Optional.ofNullable(row.artifact()).map(ArtifactDigest::new),
        row.run().isEmpty() ? Optional.empty() : Optional.of(RunName.parse("run", row.run())),
        signature(content.getSignature()),
        row.signatureChanges(),
        content.hasFeatureBinding()
            ? Optional.of(binding(content.getFeatureBinding()))
            : Optional.empty(),
        content.hasConfig()
            ? ServingConfigProtos.fromProto(content.getConfig())
            : ServingConfig.NONE,
        row.baselineProfile(),
        content.getMetricsMap(),
        content.getDependenciesList().stream().map(Dependency::getPurl).toList(),
        row.tags(),
        row.retirement(),
        row.createTime(),
        row.createdBy(),
        row.edition());
  }

  public static Signature signature(io.penstock.proto.registry.v1.Signature proto) {
    return new Signature(specs(proto.getInputsList()), specs(proto.getOutputsList()));
  }

  private static List<TensorSpec> specs(List<io.penstock.proto.registry.v1.TensorSpec> protos) {
    return protos.stream()
        .map(
            proto ->
                new TensorSpec(
                    proto.getName(),
                    Datatype.ofName(proto.getDatatype()).orElseThrow(),
                    Optional.of(proto.getShapeList())))
        .toList();
  }

  public static FeatureBinding binding(io.penstock.proto.registry.v1.FeatureBinding proto) {
    return new FeatureBinding(
        proto.getInput(), proto.getColumnsList().stream().map(VersionProtos::column).toList());
  }

  private static FeatureBinding.Column column(FeatureColumn proto) {
    var feature = proto.getFeature();
    return new FeatureBinding.Column(
        proto.getName(),
        proto.hasFeature()
            ? Optional.of(
                new FeatureBinding.Reference(
                    feature.getFeatureView(), feature.getFeature(), feature.getEntityInput()))
            : Optional.empty());
  }

  private static io.penstock.proto.registry.v1.Signature toProto(Signature signature) {
    return io.penstock.proto.registry.v1.Signature.newBuilder()
        .addAllInputs(signature.inputs().stream().map(VersionProtos::toProto).toList())
        .addAllOutputs(signature.outputs().stream().map(VersionProtos::toProto).toList())
        .build();
  }

  private static io.penstock.proto.registry.v1.TensorSpec toProto(TensorSpec spec) {
    return io.penstock.proto.registry.v1.TensorSpec.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.datatype().name())
        .addAllShape(spec.shape().orElse(List.of()))
        .build();
  }

  private static io.penstock.proto.registry.v1.FeatureBinding toProto(FeatureBinding binding) {
    var proto = io.penstock.proto.registry.v1.FeatureBinding.newBuilder().setInput(binding.input());
    binding.columns().forEach(column -> proto.addColumns(toProto(column)));
    return proto.build();
  }

  private static FeatureColumn toProto(FeatureBinding.Column column) {
    var proto = FeatureColumn.newBuilder().setName(column.name());
    column.feature().ifPresent(feature -> proto.setFeature(toProto(feature)));
    return proto.build();
  }

  private static FeatureReference toProto(FeatureBinding.Reference reference) {
    return FeatureReference.newBuilder()
        .setFeatureView(reference.featureView())
        .setFeature(reference.feature())
        .setEntityInput(reference.entityInput())
        .build();
  }

  public static io.penstock.proto.registry.v1.Stage stageOf(Stage stage) {
    return switch (stage) {
      case NONE -> io.penstock.proto.registry.v1.Stage.STAGE_NONE;
      case STAGING -> io.penstock.proto.registry.v1.Stage.STAGE_STAGING;
      case PRODUCTION -> io.penstock.proto.registry.v1.Stage.STAGE_PRODUCTION;
      case ARCHIVED -> io.penstock.proto.registry.v1.Stage.STAGE_ARCHIVED;
    };
  }
}
