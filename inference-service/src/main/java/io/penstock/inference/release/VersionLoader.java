package io.penstock.inference.release;

import io.grpc.StatusRuntimeException;
import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.binding.EntityInputs;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.ServedVersions;
import io.penstock.inference.serving.VersionName;
import io.penstock.proto.registry.v1.ModelVersion;
import jakarta.inject.Singleton;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Makes a version of the registry ready to serve: fetched, checked, loaded, warm.
@Singleton
final class VersionLoader {

  private final ArtifactCache artifacts;
  private final OnnxRuntime runtime;
  private final EntityInputs entityInputs;
  private final ServedVersions versions;

  VersionLoader(
      ArtifactCache artifacts,
      OnnxRuntime runtime,
      EntityInputs entityInputs,
      ServedVersions versions) {
    this.artifacts = artifacts;
    this.runtime = runtime;
    this.entityInputs = entityInputs;
    this.versions = versions;
  }

  /// The version with every entity input of its binding named, so that it can be loaded again without feature-service.
  ModelVersion resolve(ModelVersion version) throws LoadFailed {
    if (!version.hasFeatureBinding()) {
      return version;
    }
    try {
      return version.toBuilder()
          .setFeatureBinding(entityInputs.resolve(version.getFeatureBinding()))
          .build();
    } catch (StatusRuntimeException | IllegalArgumentException e) {
      throw new LoadFailed("the feature views cannot be looked up: " + e.getMessage(), e);
    }
  }

  /// Loads a resolved version. Blocks for as long as that takes.
  ServedVersion load(ModelVersion version) throws LoadFailed {
    try (var arena = Arena.ofShared()) {
      var digest = ArtifactDigest.parse(version.getArtifact());
      var model = runtime.load(artifacts.read(digest, arena));
      return open(version, model);
    } catch (ModelRefused e) {
      throw new LoadFailed(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw new LoadFailed(e.toString(), e);
    }
  }

  private ServedVersion open(ModelVersion version, RunnableModel model) {
    try {
      return versions.open(
          VersionName.parse(version.getName()),
          version.getArtifact(),
          model,
          binding(version, model));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static @Nullable BindingPlan binding(ModelVersion version, RunnableModel model) {
    return version.hasFeatureBinding()
        ? BindingPlan.of(version.getFeatureBinding(), model.shape())
        : null;
  }
}
