package io.penstock.registry.benchmark;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How suites run.
///
/// @param checkInterval how often schedules are looked at
/// @param evaluationTimeout how long a run waits for an evaluator before it counts as failed
/// @param attempts how often a run is given to an evaluator before it counts as failed
@ConfigurationProperties("penstock.benchmarks")
record BenchmarkConfig(
    @Bindable(defaultValue = "10s") Duration checkInterval,
    @Bindable(defaultValue = "1h") Duration evaluationTimeout,
    @Bindable(defaultValue = "3") int attempts) {
  BenchmarkConfig {
    requirePositive("check-interval", checkInterval);
    requirePositive("evaluation-timeout", evaluationTimeout);
    if (attempts < 1) {
      throw new IllegalArgumentException(
          "penstock.benchmarks.attempts was %d, expected at least 1".formatted(attempts));
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.benchmarks.%s was %s, expected more than 0s".formatted(key, value));
    }
  }
}
