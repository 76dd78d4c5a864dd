package io.penstock.registry.model;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.profile.Profile;
import io.penstock.registry.version.FeatureBinding;
import io.penstock.registry.version.ServingConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A version that somebody wants to register.
///
/// @param artifact empty for an ensemble only
/// @param signature as declared; without one the model's own is taken
record NewVersion(
    String model,
    String description,
    Optional<ArtifactDigest> artifact,
    Optional<RunName> run,
    Optional<Signature> signature,
    Optional<FeatureBinding> featureBinding,
    ServingConfig config,
    Profile baselineProfile,
    List<String> dependencies,
    Map<String, String> tags) {
  NewVersion {
    dependencies = List.copyOf(dependencies);
    tags = Map.copyOf(tags);
  }
}
