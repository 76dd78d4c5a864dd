package io.penstock.registry.benchmark;

import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A version that is, or was, measured by a suite.
///
/// @param suite as it was when the run was asked for
/// @param output of the version that is judged
/// @param ending empty while the run is pending
public record Measurement(
    MeasurementName name,
    Suite suite,
    VersionName version,
    List<InputColumns> inputs,
    String output,
    Instant createTime,
    String createdBy,
    Optional<Ending> ending) {

  /// Where a run is.
  enum State {
    PENDING,
    SUCCEEDED,
    FAILED
  }

  /// What came of a run.
  ///
  /// @param results empty where it failed
  /// @param error empty where it succeeded
  /// @param evaluator what computed the predictions, in its own words
  /// @param by who gave them
  record Ending(List<Result> results, String error, String evaluator, Instant time, String by) {
    Ending {
      results = List.copyOf(results);
    }
  }

  public Measurement {
    inputs = List.copyOf(inputs);
  }

  State state() {
    return ending
        .map(it -> it.error().isEmpty() ? State.SUCCEEDED : State.FAILED)
        .orElse(State.PENDING);
  }

  Measurement ended(Ending how) {
    return new Measurement(
        name, suite, version, inputs, output, createTime, createdBy, Optional.of(how));
  }

  List<Result> results() {
    return ending.map(Ending::results).orElse(List.of());
  }
}
