package io.penstock.registry.migration;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// One import from an MLflow server.
///
/// @param source the server's address, by which what comes from it is known
/// @param counts how much was done of each kind
/// @param problems what was passed over, the newest first
record ImportJob(
    UUID id,
    URI source,
    boolean allowPrivate,
    boolean skipArtifacts,
    State state,
    Map<Count, Long> counts,
    List<String> problems,
    String failure,
    String startedBy,
    Instant createTime,
    Instant updateTime) {

  enum State {
    RUNNING,
    DONE,
    FAILED,
    CANCELLED
  }

  /// What is counted.
  enum Count {
    EXPERIMENTS,
    RUNS,
    METRIC_POINTS,
    MODELS,
    VERSIONS,
    FILES,
    BYTES,
    /// Runs and versions that were there already.
    SKIPPED
  }

  ImportJob {
    counts = Map.copyOf(counts);
    problems = List.copyOf(problems);
  }

  /// `imports/{id}`.
  String name() {
    return "imports/" + id;
  }

  long count(Count count) {
    return counts.getOrDefault(count, 0L);
  }
}
