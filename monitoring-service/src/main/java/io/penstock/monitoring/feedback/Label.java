package io.penstock.monitoring.feedback;

import java.time.Instant;
import java.util.UUID;

/// What became of one predicted row.
record Label(LabelKey key, double value, Instant observedAt) {

  /// The row of a prediction that a label speaks of.
  record LabelKey(UUID predictionId, int row) {}

  /// Of two labels of one row the one observed later counts; of two observed at once, the one that
  /// came later.
  static Label later(Label first, Label second) {
    return second.observedAt.isBefore(first.observedAt) ? first : second;
  }
}
