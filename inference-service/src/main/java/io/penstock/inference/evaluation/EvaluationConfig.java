package io.penstock.inference.evaluation;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How runs of benchmark suites are evaluated.
///
/// @param enabled whether this server takes runs
/// @param pollInterval how long it waits before it asks for a run again where there was none
/// @param concurrency runs at a time, each in a process of its own
/// @param deadline the longest that a run may take
/// @param lease how long a run stays with a server that is not heard of
/// @param batchRows rows that the model is given at a time
/// @param maxModelSize bytes that the file of a model may have
@ConfigurationProperties("penstock.inference.evaluation")
record EvaluationConfig(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "5s") Duration pollInterval,
    @Bindable(defaultValue = "1") int concurrency,
    @Bindable(defaultValue = "10m") Duration deadline,
    @Bindable(defaultValue = "30s") Duration lease,
    @Bindable(defaultValue = "256") int batchRows,
    @Bindable(defaultValue = "1073741824") long maxModelSize) {

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);
  private static final int MOST_AT_ONCE = 16;
  private static final int MOST_ROWS = 10_000;

  EvaluationConfig {
    require(pollInterval.isPositive(), "poll-interval", pollInterval, "more than 0s");
    require(concurrency >= 1 && concurrency <= MOST_AT_ONCE, "concurrency", concurrency, "1 to 16");
    require(deadline.isPositive(), "deadline", deadline, "more than 0s");
    require(
        lease.compareTo(SHORTEST_LEASE) >= 0 && lease.compareTo(LONGEST_LEASE) <= 0,
        "lease",
        lease,
        "1s to 10m");
    require(batchRows >= 1 && batchRows <= MOST_ROWS, "batch-rows", batchRows, "1 to 10000");
    require(
        maxModelSize >= 1 && maxModelSize <= Integer.MAX_VALUE,
        "max-model-size",
        maxModelSize,
        "1 to 2147483647");
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.evaluation.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
