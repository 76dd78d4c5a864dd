package io.penstock.mlflow.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Asks for some seconds, from several threads, and tells in the end what went wrong: each kind
/// once, with its first request.
///
/// `-Dfuzz.seconds=600` asks longer, `-Dfuzz.seed=42` asks the same again.
final class Fuzzing {

  /// One request by this chance; what is wrong with its answer goes to the findings.
  interface Attempt {
    void make(Chance chance) throws Exception;
  }

  private static final int DEFAULT_SECONDS = 20;

  private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
  private final Duration time =
      Duration.ofSeconds(Integer.getInteger("fuzz.seconds", DEFAULT_SECONDS));
  private final Map<String, String> findings = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> outcomes = new ConcurrentHashMap<>();
  private final AtomicLong attempts = new AtomicLong();

  Fuzzing() {
    System.out.println("fuzz.seed=" + seed);
  }

  Chance chance() {
    return new Chance(seed);
  }

  void found(String kind, String request) {
    if (findings.putIfAbsent(kind, request) == null) {
      System.out.println("FOUND " + kind + "\n  " + request);
    }
  }

  void count(String outcome) {
    outcomes.computeIfAbsent(outcome, it -> new AtomicLong()).incrementAndGet();
  }

  void run(int threads, Callable<Attempt> newAttempt) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    Callable<Void> worker =
        () -> {
          var attempt = newAttempt.call();
          while (System.nanoTime() < end) {
            attempt.make(new Chance(seed + attempts.incrementAndGet()));
          }
          return null;
        };
    // Of the platform: those who ask must not take the threads of those who answer.
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (var done : pool.invokeAll(java.util.Collections.nCopies(threads, worker))) {
        done.get();
      }
    }
  }

  /// Fails where something was found, or where nothing was asked.
  void conclude() {
    System.out.println(
        attempts + " requests with fuzz.seed=" + seed + ": " + new TreeMap<>(outcomes));
    assertThat(attempts.get()).isPositive();
    assertThat(List.copyOf(findings.entrySet())).as("fuzz.seed=%d", seed).isEmpty();
  }
}
