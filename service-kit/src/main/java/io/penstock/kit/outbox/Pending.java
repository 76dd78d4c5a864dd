package io.penstock.kit.outbox;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A request on its way through a [WriteCombiner], and the place where its caller waits.
final class Pending<Q, R extends @Nullable Object> {

  /// How a request ended.
  ///
  /// @param audited whether its audit entry was committed with it
  record Outcome<R extends @Nullable Object>(
      R reply, @Nullable RuntimeException failure, boolean audited) {

    R get() {
      if (failure != null) {
        throw failure;
      }
      return reply;
    }
  }

  private final Q request;
  private final Origin origin;
  private final int cost;
  // Whoever sets it has it: the lane that writes it, or the caller who no longer waits.
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Outcome<R> outcome;

  Pending(Q request, Origin origin, int cost) {
    this.request = request;
    this.origin = origin;
    this.cost = cost;
  }

  Q request() {
    return request;
  }

  Origin origin() {
    return origin;
  }

  int cost() {
    return cost;
  }

  /// True for the one lane that may write it.
  boolean take() {
    return taken.compareAndSet(false, true);
  }

  /// True if no lane has it, and none will.
  boolean abandon() {
    return taken.compareAndSet(false, true);
  }

  void succeed(R reply, boolean audited) {
    finish(new Outcome<>(reply, null, audited));
  }

  @SuppressWarnings("NullAway") // A failure has no reply.
  void fail(RuntimeException failure) {
    finish(new Outcome<>(null, failure, false));
  }

  private void finish(Outcome<R> how) {
    outcome = how;
    done.countDown();
  }

  /// Null where it is not done in time.
  @Nullable Outcome<R> await(long ms) {
    try {
      var _ = done.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return outcome;
  }
}
