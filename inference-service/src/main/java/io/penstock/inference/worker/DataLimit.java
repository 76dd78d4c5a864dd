package io.penstock.inference.worker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// A bound on the private memory of this process that the kernel keeps: what would go beyond it is
/// refused, and the runtime says so, instead of the machine running out. Linux only.
@SuppressWarnings("restricted")
final class DataLimit {

  private static final int RLIMIT_DATA = 2;

  private DataLimit() {}

  /// Lets the process take so many bytes more than it has now.
  static void allow(long more) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    try {
      long limit = dataBytes() + more;
      set(limit);
    } catch (IOException e) {
      throw new IllegalStateException("cannot limit the memory of this process", e);
    }
  }

  private static void set(long limit) {
    var linker = Linker.nativeLinker();
    var setLimit =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setrlimit"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (var arena = Arena.ofConfined()) {
      var value = arena.allocateFrom(ValueLayout.JAVA_LONG, limit, limit);
      int _ = (int) setLimit.invokeExact(RLIMIT_DATA, value);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot limit the memory of this process", e);
    }
  }

  private static long dataBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmData:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
