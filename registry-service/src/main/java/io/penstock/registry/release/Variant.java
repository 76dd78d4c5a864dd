package io.penstock.registry.release;

/// The part that a version plays in a release.
public enum Variant {
  PRIMARY,
  /// Serves a share of the requests until it has proved itself.
  CANARY,
  /// Answers copies of requests; nobody sees its answers.
  SHADOW,
  /// The former primary: serves where another's breaker is open, and is what a roll-back returns
  /// to.
  FALLBACK
}
