package io.penstock.registry.experiment;

import java.util.Map;
import java.util.Optional;

/// A call that wants entries added to a run.
///
/// @param experiment where the caller says the run belongs
/// @param keys the numbers of the metrics' keys
record LogRequest(
    String run,
    Optional<String> experiment,
    Terms terms,
    RunEntries entries,
    Map<String, Integer> keys) {

  /// What the two APIs hold a run to.
  enum Terms {
    /// Nothing is added to a run that has ended, and the audit log hears of what was.
    NATIVE,
    /// A run takes entries until it is deleted.
    MLFLOW
  }
}
