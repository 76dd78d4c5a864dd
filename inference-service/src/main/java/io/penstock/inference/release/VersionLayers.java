package io.penstock.inference.release;

import io.penstock.inference.cache.ResponseCache;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.padding.PaddingEngine;
import io.penstock.inference.sequence.OpenSequences;
import io.penstock.inference.sequence.SequenceEngine;
import io.penstock.inference.serving.Layers;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.serving.VersionStatistics;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.warmup.RecentRequests;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Decides what stands before the lane of a version: recent requests are sampled, the response
/// cache answers, sequences keep their order, texts are padded; then comes the lane.
@Singleton
final class VersionLayers {

  private final ResponseCache cache;
  private final OpenSequences sequences;
  private final RecentRequests recent;

  VersionLayers(ResponseCache cache, OpenSequences sequences, RecentRequests recent) {
    this.cache = cache;
    this.sequences = sequences;
    this.recent = recent;
  }

  /// Throws [IllegalArgumentException] where the configuration does not suit the model.
  Layers of(VersionName name, VersionConfig config, ModelInterface model) {
    if (config.sequence().isPresent() && config.responseCache()) {
      throw new IllegalArgumentException(
          "config.response_cache: a model with sequence_batching remembers, so equal requests have"
              + " different answers");
    }
    if (!config.lengthBuckets().isEmpty()) {
      PaddingEngine.check(model, config.lengthBuckets());
    }
    return new OfVersion(name, config, model);
  }

  private final class OfVersion implements Layers {

    private final VersionName name;
    private final VersionConfig config;
    private final ModelInterface model;
    private @Nullable SequenceEngine sequence;

    OfVersion(VersionName name, VersionConfig config, ModelInterface model) {
      this.name = name;
      this.config = config;
      this.model = model;
    }

    @Override
    public ModelInterface shape(ModelInterface inner) {
      return config.sequence().map(one -> sequences.shape(one, inner)).orElse(inner);
    }

    @Override
    public Engine before(Engine lane, VersionStatistics statistics) {
      var engine = lane;
      if (!config.lengthBuckets().isEmpty()) {
        engine = PaddingEngine.around(model, config.lengthBuckets(), engine);
      }
      if (config.sequence().isPresent()) {
        sequence = sequences.around(name, config.sequence().get(), model, engine);
        engine = sequence;
      }
      if (config.responseCache()) {
        engine = cache.around(name, engine, statistics);
      }
      return config.platform() == Platform.ONNX ? recent.before(name.model(), engine) : engine;
    }

    @Override
    public void made(ServedVersion version) {
      if (sequence != null) {
        sequences.attach(sequence, version);
      }
    }
  }
}
