package io.penstock.inference.worker;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// Processes that models run in.
///
/// @param probation whether an artifact that was never seen is tried in one before it comes into
///   this process
/// @param memory bytes that the models of one process may take
/// @param heap bytes of its Java heap, which requests and answers pass through
/// @param startTimeout the longest that one may take to start
/// @param probationTimeout the longest that a model in one may take to load and to run made-up
///   requests
/// @param idle how long one that tried a model waits for the next
/// @param stopTimeout how long a run may go on after it was told to stop; then its process ends
@ConfigurationProperties("penstock.inference.worker")
public record WorkerConfig(
    @Bindable(defaultValue = "true") boolean probation,
    @Bindable(defaultValue = "2147483648") long memory,
    @Bindable(defaultValue = "268435456") long heap,
    @Bindable(defaultValue = "20s") Duration startTimeout,
    @Bindable(defaultValue = "60s") Duration probationTimeout,
    @Bindable(defaultValue = "60s") Duration idle,
    @Bindable(defaultValue = "2s") Duration stopTimeout) {

  private static final long LEAST = 32 << 20;

  public WorkerConfig {
    require(memory >= LEAST, "memory", memory, "at least 32 MiB");
    require(heap >= LEAST, "heap", heap, "at least 32 MiB");
    require(startTimeout.isPositive(), "start-timeout", startTimeout, "more than 0s");
    require(probationTimeout.isPositive(), "probation-timeout", probationTimeout, "more than 0s");
    require(!idle.isNegative(), "idle", idle, "0s or more");
    require(stopTimeout.isPositive(), "stop-timeout", stopTimeout, "more than 0s");
  }

  public static WorkerConfig defaults() {
    return new WorkerConfig(
        true,
        2L << 30,
        256 << 20,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofSeconds(2));
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.worker.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
