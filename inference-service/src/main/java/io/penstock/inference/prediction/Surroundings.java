package io.penstock.inference.prediction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.InferenceFailure.FeaturesMismatch;
import io.penstock.inference.binding.BoundRequest;
import io.penstock.inference.binding.FeatureLookup;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import jakarta.inject.Singleton;

/// What every prediction uses.
@Singleton
final class Surroundings {

  private final FeatureLookup features;
  private final PredictionRecorder recorder;
  private final Counter absent;

  Surroundings(FeatureLookup features, PredictionRecorder recorder, MeterRegistry meters) {
    this.features = features;
    this.recorder = recorder;
    this.absent =
        Counter.builder("penstock.inference.features.absent")
            .description("Features that had no value for their key; the model saw NaN")
            .register(meters);
  }

  FeatureLookup features() {
    return features;
  }

  PredictionRecorder recorder() {
    return recorder;
  }

  void fill(ServedVersion version, BoundRequest bound, GetOnlineFeaturesResponse answer) {
    try {
      absent.increment(bound.fill(answer));
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          new FeaturesMismatch(version.name().toString(), String.valueOf(e.getMessage())));
    }
  }
}
