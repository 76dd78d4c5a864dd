package io.penstock.inference.lane.schedule;

import java.time.Duration;
import java.util.OptionalInt;

/// How one version is queued and run.
///
/// @param maxBatchRows most rows that run together; a larger single request runs alone
/// @param runners runs of it that may be under way at once
/// @param queueRequests requests that may wait
/// @param queueBytes bytes of tensors that may wait
/// @param shadowRequests shadow copies that may wait
/// @param levels levels of priority; at least 1
/// @param standardLevel the level of a request that names none, from 1
/// @param weight share of the device among versions that all have work
/// @param runTimeout the longest a run may take before it is stopped
public record LaneSettings(
    int maxBatchRows,
    int runners,
    int queueRequests,
    long queueBytes,
    int shadowRequests,
    int levels,
    int standardLevel,
    double weight,
    Duration runTimeout) {

  // More levels than anybody can tell apart only cost time.
  private static final int MOST_LEVELS = 32;

  public LaneSettings {
    levels = Math.clamp(levels, 1, MOST_LEVELS);
    standardLevel = Math.clamp(standardLevel, 1, levels);
    if (maxBatchRows < 1 || runners < 1 || !(weight > 0)) {
      throw new IllegalArgumentException(
          "a lane of %d rows, %d runners, weight %s, expected more than 0 of each"
              .formatted(maxBatchRows, runners, weight));
    }
  }

  /// The same for a model whose rows must not run together.
  public LaneSettings unbatched() {
    return withLimits(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.empty());
  }

  /// The same with the limits that are given.
  public LaneSettings withLimits(OptionalInt rows, OptionalInt runs, OptionalInt requests) {
    return new LaneSettings(
        rows.orElse(maxBatchRows),
        runs.orElse(runners),
        requests.orElse(queueRequests),
        queueBytes,
        shadowRequests,
        levels,
        standardLevel,
        weight,
        runTimeout);
  }

  /// The same with other priorities and another share of the device.
  public LaneSettings withUrgency(int count, int standard, double share) {
    return new LaneSettings(
        maxBatchRows,
        runners,
        queueRequests,
        queueBytes,
        shadowRequests,
        count,
        standard,
        share,
        runTimeout);
  }

  // What a request names beyond the levels means the default, as with Triton.
  int levelOf(int priority) {
    return (priority < 1 || priority > levels ? standardLevel : priority) - 1;
  }
}
