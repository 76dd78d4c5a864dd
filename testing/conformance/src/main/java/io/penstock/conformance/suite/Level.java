package io.penstock.conformance.suite;

/// How much a case counts.
public enum Level {
  /// The protocol says so, or a server that does otherwise gives wrong answers or breaks.
  MUST,
  /// Clients rely on it, or another server of the protocol does so; a miss does not fail a run.
  SHOULD
}
