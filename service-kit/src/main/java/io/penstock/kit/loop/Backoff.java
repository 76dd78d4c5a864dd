package io.penstock.kit.loop;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before the next try: doubles from `first` up to `longest`, less up to a fifth
/// at random so that many waiters spread out.
public record Backoff(Duration first, Duration longest) {

  private static final int MOST_DOUBLINGS = 20;

  public Backoff {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff from " + first + " to " + longest + ": expected 0 < first <= longest");
    }
  }

  /// The wait after the given number of failures in a row, counted from one.
  public Duration delay(int failures) {
    int doublings = Math.clamp(failures - 1L, 0, MOST_DOUBLINGS);
    Duration full = first.multipliedBy(1L << doublings);
    long nanos = (full.compareTo(longest) < 0 ? full : longest).toNanos();
    return Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 5 + 1));
  }
}
