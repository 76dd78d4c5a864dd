package io.penstock.inference.release;

import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.binding.BindingSpec;
import io.penstock.inference.binding.BoundColumn;
import io.penstock.inference.binding.BoundColumn.LookedUp;
import io.penstock.inference.binding.FeatureClient;
import io.penstock.inference.ensemble.Ensembles;
import io.penstock.inference.ensemble.GraphRefused;
import io.penstock.inference.memory.ModelMemory;
import io.penstock.inference.memory.NoRoom;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.ServedVersions;
import io.penstock.inference.tokenizer.Tokenizers;
import io.penstock.inference.warmup.WarmUps;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Makes a version of the registry ready to serve: fetched, checked, loaded, warm.
@Singleton
final class VersionLoader {

  private final ArtifactCache artifacts;
  private final ModelMemory memory;
  private final Tokenizers tokenizers;
  private final Ensembles ensembles;
  private final FeatureClient features;
  private final ServedVersions versions;
  private final VersionLayers layers;
  private final WarmUps warmUps;

  VersionLoader(
      ArtifactCache artifacts,
      ModelMemory memory,
      Tokenizers tokenizers,
      Ensembles ensembles,
      FeatureClient features,
      ServedVersions versions,
      VersionLayers layers,
      WarmUps warmUps) {
    this.artifacts = artifacts;
    this.memory = memory;
    this.tokenizers = tokenizers;
    this.ensembles = ensembles;
    this.features = features;
    this.versions = versions;
    this.layers = layers;
    this.warmUps = warmUps;
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
    try {
      return switch (version.config().platform()) {
        case ONNX -> warm(open(version, memory.load(source(version))));
        case TOKENIZER -> open(version, tokenizer(version));
        case ENSEMBLE -> ensemble(version);
      };
    } catch (ModelRefused | GraphRefused | NoRoom | IOException e) {
      throw new LoadFailed(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new LoadFailed("the version does not fit its model: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new LoadFailed("loading broke: " + e, e);
    }
  }

  private ServedVersion warm(ServedVersion version) {
    try {
      warmUps.run(version);
      return version;
    } catch (RuntimeException e) {
      versions.close(version);
      throw e;
    }
  }

  private ModelSource source(WantedVersion version) throws LoadFailed {
    var digest = ArtifactDigest.parse(version.artifact());
    return new ModelSource(
        version.name().toString(),
        version.artifact(),
        version.config().isolated(),
        arena -> read(digest, arena));
  }

  // Small beside any model, and asked for before each of them: it always stays in memory.
  private RunnableModel tokenizer(WantedVersion version) throws LoadFailed, ModelRefused {
    try (var arena = Arena.ofShared()) {
      var file = artifacts.read(ArtifactDigest.parse(version.artifact()), arena);
      return tokenizers.load(file, version.config());
    }
  }

  private ServedVersion ensemble(WantedVersion version) throws GraphRefused {
    var ensemble = ensembles.check(version.name(), version.config());
    return versions.open(
        version.name(),
        version.artifact(),
        version.config(),
        ensemble,
        layers.of(version.name(), version.config(), ensemble.shape()),
        ensemble::open);
  }

  private ByteBuffer read(ArtifactDigest digest, Arena arena) throws IOException {
    try {
      return artifacts.read(digest, arena);
    } catch (LoadFailed e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private ServedVersion open(WantedVersion version, RunnableModel model) {
    try {
      DeclaredTensors.check(version.config(), model.shape());
      var around = layers.of(version.name(), version.config(), model.shape());
      var shape = around.shape(model.shape());
      Optional<BindingPlan> binding = version.binding().map(spec -> BindingPlan.of(spec, shape));
      return versions.open(
          version.name(),
          version.artifact(),
          version.config(),
          model,
          binding.orElse(null),
          around);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
