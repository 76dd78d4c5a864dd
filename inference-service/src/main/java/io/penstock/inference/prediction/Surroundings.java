package io.penstock.inference.prediction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.InferenceFailure.FeaturesMismatch;
import io.penstock.inference.binding.BoundRequest;
import io.penstock.inference.binding.FeatureClient;
import io.penstock.inference.binding.FeatureValues;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.kit.failure.FailureException;
import jakarta.inject.Singleton;
import java.util.List;

/// What every prediction uses.
@Singleton
final class Surroundings {

  private final FeatureClient features;
  private final PredictionRecorder recorder;
  private final PredictionSpans spans;
  private final Counter absent;

  Surroundings(
      FeatureClient features,
      PredictionRecorder recorder,
      PredictionSpans spans,
      MeterRegistry meters) {
    this.features = features;
    this.recorder = recorder;
    this.spans = spans;
    this.absent =
        Counter.builder("penstock.inference.features.absent")
            .description("Features that had no value for their key; the model saw NaN")
            .register(meters);
  }

  FeatureClient features() {
    return features;
  }

  PredictionSpans spans() {
    return spans;
  }

  PredictionRecorder recorder() {
    return recorder;
  }

  void fill(ServedVersion version, BoundRequest bound, List<FeatureValues> answer) {
    try {
      absent.increment(bound.fill(answer));
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          new FeaturesMismatch(version.name().toString(), String.valueOf(e.getMessage())));
    }
  }
}
