package io.penstock.registry.migration;

import io.penstock.registry.migration.ImportJob.Count;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// How far an import has come, and whether it shall go on. Shared by the threads that work on it.
final class Progress {

  /// Somebody has called the import off.
  static final class Cancelled extends RuntimeException {

    private static final long serialVersionUID = 1;

    private Cancelled() {
      super("the import was cancelled");
    }
  }

  private static final int MOST_PROBLEMS = 100;
  private static final int RETRIES = 200;

  private final Map<Count, Long> counts;
  private final Deque<String> problems;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final AtomicInteger retriesLeft = new AtomicInteger(RETRIES);

  Progress(ImportJob job) {
    this.counts = new ConcurrentHashMap<>(job.counts());
    this.problems = new ArrayDeque<>(job.problems());
  }

  void cancel() {
    cancelled.countDown();
  }

  /// @throws Cancelled where the import shall not go on
  void check() {
    if (cancelled.getCount() == 0) {
      throw new Cancelled();
    }
  }

  /// Rests, unless the import is called off.
  void rest(Duration rest) throws InterruptedException {
    boolean _ = cancelled.await(rest.toMillis(), TimeUnit.MILLISECONDS);
    check();
  }

  /// Whether one more retry is left of those that the whole import has.
  boolean mayRetry() {
    return retriesLeft.getAndDecrement() > 0;
  }

  synchronized void problem(String problem) {
    problems.addFirst(problem.replace('\0', '?'));
    if (problems.size() > MOST_PROBLEMS) {
      problems.removeLast();
    }
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  void add(Count count, long more) {
    counts.merge(count, more, Long::sum);
  }

  Map<Count, Long> counts() {
    return Map.copyOf(counts);
  }
}
