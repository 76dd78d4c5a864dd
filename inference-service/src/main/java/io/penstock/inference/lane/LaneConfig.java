package io.penstock.inference.lane;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.penstock.inference.lane.schedule.LaneSettings;
import java.time.Duration;

/// How much a lane takes in and how it is run, where a version's own configuration does not say.
///
/// @param runners threads that run models, for the device as a whole; 0 for one a core
/// @param maxBatchRows most rows that run together; a larger single request runs alone
/// @param queueRequests requests that may wait
/// @param queueBytes bytes of tensors that may wait
/// @param shadowRequests shadow copies that may wait
/// @param defaultTimeout the time of a request that brings neither a deadline nor `timeout`
/// @param runTimeout the longest a run may take before it is stopped
@ConfigurationProperties("penstock.inference.lane")
public record LaneConfig(
    @Bindable(defaultValue = "0") int runners,
    @Bindable(defaultValue = "64") int maxBatchRows,
    @Bindable(defaultValue = "1024") int queueRequests,
    @Bindable(defaultValue = "67108864") long queueBytes,
    @Bindable(defaultValue = "64") int shadowRequests,
    @Bindable(defaultValue = "5s") Duration defaultTimeout,
    @Bindable(defaultValue = "30s") Duration runTimeout) {

  public LaneConfig {
    require(runners >= 0, "runners", runners, "0 or more");
    require(maxBatchRows >= 1, "max-batch-rows", maxBatchRows, "at least 1");
    require(queueRequests >= 1, "queue-requests", queueRequests, "at least 1");
    require(queueBytes >= 1, "queue-bytes", queueBytes, "at least 1");
    require(shadowRequests >= 0, "shadow-requests", shadowRequests, "0 or more");
    require(defaultTimeout.isPositive(), "default-timeout", defaultTimeout, "more than 0s");
    require(runTimeout.isPositive(), "run-timeout", runTimeout, "more than 0s");
  }

  public static LaneConfig defaults() {
    return new LaneConfig(
        0, 64, 1024, 64L << 20, 64, Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  int runnerThreads() {
    return runners > 0 ? runners : Runtime.getRuntime().availableProcessors();
  }

  /// What holds for a version that says nothing of its own.
  public LaneSettings settings() {
    return new LaneSettings(
        maxBatchRows,
        runnerThreads(),
        queueRequests,
        queueBytes,
        shadowRequests,
        1,
        1,
        1,
        runTimeout);
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.lane.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
