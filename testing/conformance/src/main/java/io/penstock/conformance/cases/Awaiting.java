package io.penstock.conformance.cases;

import com.google.common.base.Stopwatch;
import io.penstock.conformance.suite.Mismatch;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what a server does a little later than it answers.
final class Awaiting {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Awaiting() {}

  static <T> T until(String expected, Supplier<T> look, Predicate<T> condition) {
    var watch = Stopwatch.createStarted();
    var seen = look.get();
    while (!condition.test(seen)) {
      if (watch.elapsed().compareTo(PATIENCE) > 0) {
        throw new Mismatch(expected, seen);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      seen = look.get();
    }
    return seen;
  }
}
