package io.penstock.registry.benchmark;

import io.penstock.registry.artifact.ArtifactDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One revision of a suite: data, the truth in it, and what is computed.
///
/// @param data a CSV file with a header
/// @param dataset name of the snapshot that the file is of; may be empty
/// @param datasetPath of the file within the snapshot
/// @param label the column with the truth
/// @param columns those that models may read
/// @param output of the model; empty for its only one
/// @param interval of the schedule; empty for none
record Suite(
    SuiteName name,
    String description,
    ArtifactDigest data,
    String dataset,
    String datasetPath,
    String label,
    List<String> columns,
    String output,
    List<SuiteMetric> metrics,
    Optional<Duration> interval,
    int revision,
    int rows,
    Instant updateTime,
    String updatedBy) {

  Suite {
    columns = List.copyOf(columns);
    metrics = List.copyOf(metrics);
  }

  /// As the next revision, with what was found in the data.
  Suite completed(int next, LabelledData found) {
    return new Suite(
        name,
        description,
        data,
        dataset,
        datasetPath,
        label,
        columns.isEmpty() ? found.columnsBut(label) : columns,
        output,
        metrics,
        interval,
        next,
        found.rows(),
        updateTime,
        updatedBy);
  }
}
