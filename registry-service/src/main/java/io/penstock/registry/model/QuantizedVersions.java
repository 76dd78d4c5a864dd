package io.penstock.registry.model;

import io.penstock.registry.RegistryFailure.NothingToQuantize;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.quantization.WeightQuantization;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ServingConfig.Platform;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Smaller versions of versions. They begin without a run and its metrics: what the original showed
/// is no evidence of what they can do.
@Singleton
final class QuantizedVersions {

  private static final String MEDIA_TYPE = "application/onnx";

  private final ModelVersions versions;
  private final Artifacts artifacts;

  QuantizedVersions(ModelVersions versions, Artifacts artifacts) {
    this.versions = versions;
    this.artifacts = artifacts;
  }

  ModelVersion quantize(VersionName name, String description, String caller) {
    var original = versions.get(name);
    var small =
        original
            .artifact()
            .filter(_ -> original.config().platform() == Platform.ONNX)
            .flatMap(artifact -> WeightQuantization.quantize(artifacts.bytes(artifact)))
            .orElseThrow(() -> new NothingToQuantize(name.toString()).exception());
    var chunks = List.of(ByteBuffer.wrap(small)).iterator();
    var artifact = artifacts.store(Optional.empty(), MEDIA_TYPE, chunks, caller);
    return versions.register(
        new NewVersion(
            name.model(),
            description.isEmpty() ? "int8 weights of version " + name.number() : description,
            Optional.of(artifact.digest()),
            Optional.empty(),
            Optional.of(original.signature()),
            original.featureBinding(),
            original.config(),
            original.baselineProfile(),
            original.dependencies(),
            tags(original)),
        caller);
  }

  private static Map<String, String> tags(ModelVersion original) {
    var tags = new HashMap<>(original.tags());
    tags.put("quantized_from", original.name().toString());
    tags.put("quantization", "int8");
    return tags;
  }
}
