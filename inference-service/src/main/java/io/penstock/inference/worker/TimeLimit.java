package io.penstock.inference.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Ends a process that is not done in time. Closed by who is.
final class TimeLimit implements AutoCloseable {

  private final CompletableFuture<Void> end;

  private TimeLimit(CompletableFuture<Void> end) {
    this.end = end;
  }

  static TimeLimit on(WorkerProcess process, Duration limit) {
    var later = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
    var reason = "it took longer than " + limit.toSeconds() + " s";
    return new TimeLimit(CompletableFuture.runAsync(() -> process.kill(reason), later));
  }

  @Override
  public void close() {
    end.cancel(false);
  }
}
