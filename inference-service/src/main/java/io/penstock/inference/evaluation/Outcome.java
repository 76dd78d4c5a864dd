package io.penstock.inference.evaluation;

import java.util.Locale;

/// What came of a run that this server had.
enum Outcome {
  /// It has its results.
  SUCCEEDED,
  /// It has no results, and the reason in words.
  FAILED,
  /// Something kept it from being evaluated: it waits for another attempt.
  HINDERED,
  /// This server stops: another may take it.
  STOPPED,
  /// It was another's, or ended, before this server had ended it.
  LOST;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
