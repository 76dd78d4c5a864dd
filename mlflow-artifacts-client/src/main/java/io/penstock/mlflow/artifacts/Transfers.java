package io.penstock.mlflow.artifacts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs transfers beside each other, a bounded number at once. The first failure ends those that
/// have not begun.
final class Transfers {

  private final Semaphore slots;

  Transfers(int parallel) {
    slots = new Semaphore(parallel);
  }

  /// The results in the order of the tasks.
  <T> List<T> all(List<? extends Callable<T>> tasks) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var begun = new ArrayList<Future<T>>();
      for (Callable<T> task : tasks) {
        begun.add(threads.submit(() -> run(task)));
      }
      try {
        var results = new ArrayList<T>();
        for (Future<T> transfer : begun) {
          results.add(transfer.get());
        }
        return results;
      } catch (ExecutionException e) {
        begun.forEach(transfer -> transfer.cancel(true));
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        begun.forEach(transfer -> transfer.cancel(true));
        Thread.currentThread().interrupt();
        throw new ArtifactException("interrupted", e);
      }
    }
  }

  private <T> T run(Callable<T> task) throws Exception {
    slots.acquire();
    try {
      return task.call();
    } finally {
      slots.release();
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return cause instanceof RuntimeException known
        ? known
        : new ArtifactException("a transfer failed: " + cause, cause);
  }
}
