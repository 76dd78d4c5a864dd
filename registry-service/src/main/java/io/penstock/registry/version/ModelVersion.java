package io.penstock.registry.version;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.profile.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One version of a model.
///
/// @param artifact what is served; empty where the version is files that the registry cannot serve
/// @param signatureChanges how the signature differs from that of the version before, in words
/// @param baselineProfile what training and predictions looked like on the reference data
/// @param metrics copied from the run when the version was registered
/// @param dependencies package URLs of what training used
/// @param edition counts the changes of this version; what its etag is made of
public record ModelVersion(
    VersionName name,
    String description,
    Stage stage,
    Optional<ArtifactDigest> artifact,
    Optional<RunName> run,
    Signature signature,
    String signatureChanges,
    Optional<FeatureBinding> featureBinding,
    ServingConfig config,
    Profile baselineProfile,
    Map<String, Double> metrics,
    List<String> dependencies,
    Map<String, String> tags,
    Optional<Retirement> retirement,
    Instant createTime,
    String createdBy,
    long edition) {

  /// The end of a version's life.
  ///
  /// @param time from when on no release takes it
  public record Retirement(Instant time, String reason) {}

  public ModelVersion {
    metrics = Map.copyOf(metrics);
    dependencies = List.copyOf(dependencies);
    tags = Map.copyOf(tags);
  }

  public String etag() {
    return "e" + edition;
  }

  public ModelVersion in(Stage next) {
    return new ModelVersion(
        name,
        description,
        next,
        artifact,
        run,
        signature,
        signatureChanges,
        featureBinding,
        config,
        baselineProfile,
        metrics,
        dependencies,
        tags,
        retirement,
        createTime,
        createdBy,
        edition + 1);
  }
}
