package io.penstock.demo.suite;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waits for what the suite does by itself: a follower that catches up, a verdict, an audit entry.
/// The one place of the demo that waits.
public final class Patience {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  private final Clock clock;

  public Patience(Clock clock) {
    this.clock = clock;
  }

  /// @param what in words, for the failure: `the canary to serve`
  public <T> T await(String what, Duration limit, Supplier<Optional<T>> look) {
    return tryAwait(limit, look)
        .orElseThrow(() -> new StepFailed("waited %d s for %s".formatted(limit.toSeconds(), what)));
  }

  /// Empty where it did not come to pass in time.
  public <T> Optional<T> tryAwait(Duration limit, Supplier<Optional<T>> look) {
    Instant end = clock.instant().plus(limit);
    Optional<T> seen = look.get();
    while (seen.isEmpty() && clock.instant().isBefore(end) && !Thread.interrupted()) {
      pause(BETWEEN_LOOKS);
      seen = look.get();
    }
    return seen;
  }

  public static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
