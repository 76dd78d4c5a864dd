package io.penstock.kit.outbox;

import io.grpc.Context;
import io.grpc.Deadline;
import io.penstock.kit.access.AuditScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A request on its way through a [WriteCombiner], and what its caller is told in the end.
final class Pending<Q, R extends @Nullable Object> {

  private static final long MOST_PATIENT_SECONDS = 30;

  private final Q request;
  private final int cost;
  private final Origin origin = Origin.current();
  private final Context context = Context.current();
  private final Deadline patience = patience(context.getDeadline());
  // Whoever sets it has it: the lane that writes it, or the caller who no longer waits.
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CompletableFuture<R> reply = new CompletableFuture<>();

  Pending(Q request, int cost) {
    this.request = request;
    this.cost = cost;
  }

  private static Deadline patience(@Nullable Deadline given) {
    var most = Deadline.after(MOST_PATIENT_SECONDS, TimeUnit.SECONDS);
    return given == null ? most : most.minimum(given);
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

  /// True for the one lane that has it now.
  boolean take() {
    return taken.compareAndSet(false, true);
  }

  /// True if no lane has it, and none will.
  boolean abandon() {
    return taken.compareAndSet(false, true);
  }

  /// False where nobody waits for it any longer.
  boolean isWanted() {
    return !patience.isExpired() && !context.isCancelled();
  }

  /// What the caller is told, on the lane's thread and in the context of the call.
  CompletableFuture<R> reply() {
    return reply;
  }

  /// Waits for the reply as long as the caller has patience.
  R await() throws TimeoutException {
    try {
      return reply.get(
          Math.max(0, patience.timeRemaining(TimeUnit.NANOSECONDS)), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  /// @param audited whether its audit entry was committed with it
  void succeed(R answer, boolean audited) {
    context.run(
        () -> {
          if (audited) {
            AuditScope.markCurrent();
          }
          reply.complete(answer);
        });
  }

  void fail(RuntimeException failure) {
    context.run(() -> reply.completeExceptionally(failure));
  }
}
