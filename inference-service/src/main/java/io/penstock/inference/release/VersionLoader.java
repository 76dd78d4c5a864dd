package io.penstock.inference.release;

import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.binding.BindingSpec;
import io.penstock.inference.binding.BoundColumn;
import io.penstock.inference.binding.BoundColumn.LookedUp;
import io.penstock.inference.binding.FeatureClient;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.ServedVersions;
import jakarta.inject.Singleton;
import java.lang.foreign.Arena;
import java.util.Optional;

/// Makes a version of the registry ready to serve: fetched, checked, loaded, warm.
@Singleton
final class VersionLoader {

  private final ArtifactCache artifacts;
  private final OnnxRuntime runtime;
  private final FeatureClient features;
  private final ServedVersions versions;

  VersionLoader(
      ArtifactCache artifacts,
      OnnxRuntime runtime,
      FeatureClient features,
      ServedVersions versions) {
    this.artifacts = artifacts;
    this.runtime = runtime;
    this.features = features;
    this.versions = versions;
  }

  /// The version with every entity input of its binding named, so that it can be loaded again
  /// without feature-service.
  WantedVersion resolve(WantedVersion version) throws LoadFailed {
    try {
      return new WantedVersion(
          version.name(),
          version.artifact(),
          version.binding().map(this::resolve),
          version.config());
    } catch (RuntimeException e) {
      throw new LoadFailed("the feature views cannot be looked up: " + e.getMessage(), e);
    }
  }

  private BindingSpec resolve(BindingSpec binding) {
    return new BindingSpec(binding.input(), binding.columns().stream().map(this::resolve).toList());
  }

  private BoundColumn resolve(BoundColumn column) {
    return column instanceof LookedUp(var name, var view, var feature, var entity)
            && entity.isEmpty()
        ? new LookedUp(name, view, feature, features.entityOf(view))
        : column;
  }

  /// Loads a resolved version. Blocks for as long as that takes.
  ServedVersion load(WantedVersion version) throws LoadFailed {
    try (var arena = Arena.ofShared()) {
      var digest = ArtifactDigest.parse(version.artifact());
      return open(version, runtime.load(artifacts.read(digest, arena)));
    } catch (ModelRefused e) {
      throw new LoadFailed(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new LoadFailed("the version does not fit its model: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new LoadFailed("loading broke: " + e, e);
    }
  }

  private ServedVersion open(WantedVersion version, RunnableModel model) {
    try {
      Optional<BindingPlan> binding =
          version.binding().map(spec -> BindingPlan.of(spec, model.shape()));
      return versions.open(
          version.name(), version.artifact(), version.config(), model, binding.orElse(null));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
