package io.penstock.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits in a test for what another thread or process brings about.
public final class Eventually {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private Eventually() {}

  /// Returns when the condition holds, fails when it does not within the time. An exception of the
  /// condition counts as no.
  public static void become(Duration within, Callable<Boolean> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not become true within " + within);
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Exception e) {
      return false;
    }
  }
}
