package io.penstock.conformance.suite;

import java.time.Duration;

/// How a case ended.
///
/// @param detail why it was skipped, or what was sent, expected and got
public record Outcome(Case of, Verdict verdict, String detail, Duration took) {

  /// The ways to end.
  public enum Verdict {
    PASSED,
    /// A MUST that is not kept.
    FAILED,
    /// A SHOULD that is not kept.
    MISSED,
    SKIPPED
  }

  public boolean is(Verdict other) {
    return verdict == other;
  }
}
