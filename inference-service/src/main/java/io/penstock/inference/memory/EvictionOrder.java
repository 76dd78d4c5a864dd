package io.penstock.inference.memory;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Decides what leaves memory first. Pure.
///
/// - What is served no more goes before what is routed to, however long that has been idle.
/// - Among equals goes first what was idle for long, is large, and is quick to load again: the
///   order is by idle time × bytes ÷ load time.
/// - What is in use does not go at all, and what was in use a moment ago will be in a moment.
final class EvictionOrder {

  private static final long A_MOMENT = TimeUnit.SECONDS.toNanos(1);
  private static final long QUICKEST_LOAD = TimeUnit.MILLISECONDS.toNanos(1);

  private EvictionOrder() {}

  /// A model in memory.
  ///
  /// @param idle since its last request
  /// @param load what it took to load it
  /// @param routed whether requests may still come for it
  /// @param running whether it runs right now
  record Candidate<T>(T model, long bytes, long idle, long load, boolean routed, boolean running) {

    private boolean mayGo() {
      return !running && (!routed || idle >= A_MOMENT);
    }

    private double worth() {
      return (double) idle * Math.max(1, bytes) / Math.max(QUICKEST_LOAD, load);
    }
  }

  /// The model to take out next; empty where all are in use.
  static <T> Optional<T> next(Collection<Candidate<T>> candidates) {
    Comparator<Candidate<T>> unrouted = Comparator.comparing(candidate -> !candidate.routed());
    return candidates.stream()
        .filter(Candidate::mayGo)
        .max(unrouted.thenComparingDouble(Candidate::worth))
        .map(Candidate::model);
  }
}
