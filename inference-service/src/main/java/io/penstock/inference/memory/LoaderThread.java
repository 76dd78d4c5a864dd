package io.penstock.inference.memory;

import io.penstock.inference.runtime.BackgroundThread;
import io.penstock.kit.telemetry.LogContext;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// The platform thread that models are loaded on: creating a session is native code and long.
final class LoaderThread implements AutoCloseable {

  private final ExecutorService thread;
  private final LogContext context;

  /// @param background whether threads that serve go before it, as far as Linux can be told
  LoaderThread(String name, LogContext context, boolean background) {
    this.context = context;
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
    if (background) {
      thread.execute(BackgroundThread::stepBack);
    }
  }

  void execute(Runnable load) {
    thread.execute(() -> context.run(load));
  }

  /// Runs it and gives what it gave, also what it threw.
  <T> Future<T> submit(Callable<T> load) {
    var task = new FutureTask<T>(load);
    execute(task);
    return task;
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
