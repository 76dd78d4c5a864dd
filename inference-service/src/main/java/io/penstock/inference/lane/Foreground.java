package io.penstock.inference.lane;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/// How many requests of real callers are in the lanes of this process. Shadow copies run only while
/// there are none.
@Singleton
public final class Foreground {

  private final AtomicInteger jobs = new AtomicInteger();

  void entered() {
    jobs.incrementAndGet();
  }

  void left() {
    jobs.decrementAndGet();
  }

  boolean isQuiet() {
    return jobs.get() == 0;
  }
}
