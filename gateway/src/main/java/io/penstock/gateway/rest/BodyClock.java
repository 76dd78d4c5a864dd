package io.penstock.gateway.rest;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Gives bodies only so long to arrive. A client that sends a byte now and then is never idle, and
/// would hold its thread for ever.
@Singleton
final class BodyClock {

  private final ScheduledThreadPoolExecutor alarms =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("body-clock").factory());

  BodyClock() {
    // Nearly all are, and else would be kept until their time.
    alarms.setRemoveOnCancelPolicy(true);
  }

  /// Reads; the thread is interrupted when the time is over, which ends its reading with an
  /// `IOException`.
  <T> T within(Duration time, Supplier<T> reading) {
    Alarm alarm = new Alarm(Thread.currentThread());
    var pending = alarms.schedule(alarm, time.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return reading.get();
    } finally {
      pending.cancel(false);
      alarm.turnOff();
    }
  }

  @PreDestroy
  void stop() {
    alarms.shutdownNow();
  }

  private static final class Alarm implements Runnable {

    private final Thread reader;
    private boolean rang;
    private boolean off;

    Alarm(Thread reader) {
      this.reader = reader;
    }

    @Override
    public synchronized void run() {
      if (!off) {
        rang = true;
        reader.interrupt();
      }
    }

    /// What the thread does next must not be interrupted.
    synchronized void turnOff() {
      off = true;
      if (rang) {
        Thread.interrupted();
      }
    }
  }
}
