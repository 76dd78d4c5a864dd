package io.penstock.benchmarks;

import io.grpc.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Calls that come when they come, whether or not the ones before were answered: a Poisson stream
/// of a given rate. Latency counts from when a call was due, so a slow server cannot hide behind a
/// slow client.
final class OpenLoop {

  /// What came of it.
  ///
  /// @param failed calls that were answered with a failure
  record Result(long answered, long failed, Duration p50, Duration p99, Duration p999) {}

  private static final long SPIN_NANOS = 60_000;

  private final double perSecond;
  private final Duration duration;
  private final Random random;
  private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
  private final AtomicLong failed = new AtomicLong();
  private final Phaser underWay = new Phaser(1);

  OpenLoop(double perSecond, Duration duration, long seed) {
    this.perSecond = perSecond;
    this.duration = duration;
    this.random = new Random(seed);
  }

  /// Runs the loop once and waits for the last answer.
  Result run(Supplier<CompletableFuture<?>> call) {
    long start = System.nanoTime();
    for (long due = start; due - start < duration.toNanos(); due += gap()) {
      awaitTime(due);
      send(call, due);
    }
    underWay.arriveAndAwaitAdvance();
    long[] sorted = latencies.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Result(
        sorted.length, failed.get(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
  }

  private long gap() {
    return (long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
  }

  private void send(Supplier<CompletableFuture<?>> call, long due) {
    underWay.register();
    Context.ROOT.run(
        () ->
            call.get()
                .whenComplete(
                    (_, thrown) -> {
                      if (thrown == null) {
                        latencies.add(System.nanoTime() - due);
                      } else {
                        failed.incrementAndGet();
                      }
                      underWay.arriveAndDeregister();
                    }));
  }

  private static void awaitTime(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static Duration at(long[] sorted, double quantile) {
    return sorted.length == 0
        ? Duration.ZERO
        : Duration.ofNanos(sorted[(int) (quantile * (sorted.length - 1))]);
  }
}
