package io.penstock.registry.version;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.dataset.Profile;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.onnx.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One version of a model.
///
/// @param baselineProfile what training and predictions looked like on the reference data
/// @param metrics copied from the run when the version was registered
/// @param dependencies package URLs of what training used
/// @param edition counts the changes of this version; what its etag is made of
public record ModelVersion(
    VersionName name,
    String description,
    Stage stage,
    ArtifactDigest artifact,
    Optional<RunName> run,
    Signature signature,
    Optional<FeatureBinding> featureBinding,
    ServingConfig config,
    Profile baselineProfile,
    Map<String, Double> metrics,
    List<String> dependencies,
    Map<String, String> tags,
    Instant createTime,
    String createdBy,
    long edition) {

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
        featureBinding,
        config,
        baselineProfile,
        metrics,
        dependencies,
        tags,
        createTime,
        createdBy,
        edition + 1);
  }
}
