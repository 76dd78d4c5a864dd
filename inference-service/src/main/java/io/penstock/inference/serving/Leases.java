package io.penstock.inference.serving;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Counts who uses something, so that it is closed after the last of them and never under anyone's
/// hands.
final class Leases {

  // Set once it retires; the count beneath it goes on.
  private static final long RETIRED = Long.MIN_VALUE;

  private final AtomicLong state = new AtomicLong();
  private final CompletableFuture<Void> unused = new CompletableFuture<>();

  /// Takes a lease; false once it retires.
  boolean acquire() {
    while (true) {
      long now = state.get();
      if (now < 0) {
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /// Takes another lease beside one that somebody holds, also while it retires; false where nobody
  /// holds one any more.
  boolean acquireBeside() {
    while (true) {
      long now = state.get();
      if (now == RETIRED) {
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    if (state.decrementAndGet() == RETIRED) {
      unused.complete(null);
    }
  }

  /// Gives no more leases. The future completes with the last one's end, perhaps on the thread that
  /// ended it.
  CompletableFuture<Void> retire() {
    if (state.getAndUpdate(now -> now | RETIRED) == 0) {
      unused.complete(null);
    }
    return unused;
  }
}
