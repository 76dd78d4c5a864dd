package io.penstock.feature.validation;

/// What became of a row.
public sealed interface Verdict {

  /// It may be stored.
  record Accepted(ValidRow row) implements Verdict {}

  /// It goes to the quarantine.
  record Rejected(IncomingRow row, RowProblem problem) implements Verdict {}
}
