package io.penstock.registry.benchmark;

import java.time.Instant;

/// A pending run that an evaluator has to itself for a while.
///
/// @param token larger than that of any earlier claim on the run
/// @param attempt how often the run was claimed, this time included
record Claim(Measurement run, long token, Instant expireTime, int attempt) {

  /// No claim's token: what completes a run that nobody has.
  static final long NONE = 0;
}
