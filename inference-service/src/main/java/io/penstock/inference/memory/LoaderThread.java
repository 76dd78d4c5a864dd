package io.penstock.inference.memory;

import io.penstock.kit.telemetry.LogContext;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The platform thread that models are loaded on: creating a session is native code and long.
@SuppressWarnings("restricted")
final class LoaderThread implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LoaderThread.class);

  // A tenth of the share of a thread that serves, where both want the processor.
  private static final int NICE = 10;

  private final ExecutorService thread;
  private final LogContext context;

  /// @param background whether threads that serve go before it, as far as Linux can be told
  LoaderThread(String name, LogContext context, boolean background) {
    this.context = context;
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
    if (background) {
      thread.execute(LoaderThread::stepBack);
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

  // On Linux a nice value belongs to a thread; Java's own priorities do nothing there.
  private static void stepBack() {
    var linker = Linker.nativeLinker();
    var function = linker.defaultLookup().find("setpriority");
    if (!System.getProperty("os.name").equals("Linux") || function.isEmpty()) {
      return;
    }
    var number = ValueLayout.JAVA_INT;
    var setPriority =
        linker.downcallHandle(
            function.get(), FunctionDescriptor.of(number, number, number, number));
    try {
      int _ = (int) setPriority.invokeExact(0, 0, NICE);
    } catch (Throwable e) {
      log.warn("Models load at normal priority: {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
