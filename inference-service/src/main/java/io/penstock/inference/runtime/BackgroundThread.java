package io.penstock.inference.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads that serve go before those that prepare. On Linux a nice value belongs to a thread;
/// Java's own priorities do nothing there.
@SuppressWarnings("restricted")
public final class BackgroundThread {

  private static final Logger log = LoggerFactory.getLogger(BackgroundThread.class);

  // A tenth of the share of a thread that serves, where both want the processor.
  private static final int NICE = 10;

  private BackgroundThread() {}

  /// Lets the current thread, and those that it starts, go after all others.
  public static void stepBack() {
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
}
