package io.penstock.registry.benchmark;

import java.util.Optional;

/// A pending run that nobody will evaluate any more.
///
/// @param attempts how often it was claimed
/// @param trouble what the last evaluator said that gave up
record Abandoned(Measurement run, int attempts, Optional<String> trouble) {

  /// Why the run failed, in words.
  String error() {
    return attempts == 0
        ? "no evaluator came in time"
        : "given up after %d attempts; the last: %s"
            .formatted(attempts, trouble.orElse("its evaluator was not heard of again"));
  }
}
