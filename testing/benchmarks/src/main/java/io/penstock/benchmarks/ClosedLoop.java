package io.penstock.benchmarks;

import io.grpc.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// A closed loop of asynchronous calls: so many are under way at any moment, for a while.
final class ClosedLoop {

  /// What came of it.
  ///
  /// @param calls calls that were answered
  /// @param p50 and p99: latency as the client sees it
  record Result(long calls, Duration wall, Duration serverCpu, Duration p50, Duration p99) {

    double microsOfCpu() {
      return serverCpu.toNanos() / 1e3 / calls;
    }

    double perSecond() {
      return calls * 1e9 / wall.toNanos();
    }
  }

  private final int concurrency;
  private final Duration duration;

  ClosedLoop(int concurrency, Duration duration) {
    this.concurrency = concurrency;
    this.duration = duration;
  }

  /// Runs the loop once to warm up and once to measure.
  Result measure(Supplier<CompletableFuture<?>> call, CpuClock server) {
    run(call, server);
    return run(call, server);
  }

  /// Runs the loop once.
  Result run(Supplier<CompletableFuture<?>> call, CpuClock server) {
    Duration before = server.used();
    long start = System.nanoTime();
    Round round = new Round(call, start + duration.toNanos());
    round.run(concurrency);
    long wall = System.nanoTime() - start;
    long[] latencies = round.sorted();
    return new Result(
        latencies.length,
        Duration.ofNanos(wall),
        server.used().minus(before),
        Duration.ofNanos(latencies[latencies.length / 2]),
        Duration.ofNanos(latencies[(int) (latencies.length * 0.99)]));
  }

  private static final class Round {

    private final Supplier<CompletableFuture<?>> call;
    private final long end;
    private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong underWay = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);

    Round(Supplier<CompletableFuture<?>> call, long end) {
      this.call = call;
      this.end = end;
    }

    void run(int concurrency) {
      underWay.set(concurrency);
      for (int i = 0; i < concurrency; i++) {
        next();
      }
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      if (failure.get() != null) {
        throw new IllegalStateException("a call failed", failure.get());
      }
    }

    private void next() {
      long start = System.nanoTime();
      // In the root context: a call made in the callback of another would drag the context of all
      // before it along.
      Context.ROOT.run(() -> call.get().whenComplete((_, thrown) -> finished(start, thrown)));
    }

    private void finished(long start, Throwable thrown) {
      long now = System.nanoTime();
      if (thrown != null) {
        failure.set(thrown);
      } else {
        latencies.add(now - start);
      }
      if (now < end && failure.get() == null) {
        next();
      } else if (underWay.decrementAndGet() == 0) {
        done.countDown();
      }
    }

    long[] sorted() {
      long[] all = latencies.stream().mapToLong(Long::longValue).toArray();
      Arrays.sort(all);
      return all;
    }
  }
}
