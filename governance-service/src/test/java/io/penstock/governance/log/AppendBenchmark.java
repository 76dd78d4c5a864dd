package io.penstock.governance.log;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Measures durable appends to a real directory: entries per second, and how long one append takes
/// until it is acknowledged.
///
/// Run: `mvn -pl governance-service test-compile dependency:build-classpath
/// -Dmdep.outputFile=target/cp.txt` and then `java -cp target/test-classes:target/classes:$(cat
/// target/cp.txt) io.penstock.governance.log.AppendBenchmark DIRECTORY`.
final class AppendBenchmark {

  private static final int ENTRY_BYTES = 300;
  private static final long SECOND = 1_000_000_000L;

  private AppendBenchmark() {}

  public static void main(String... args) throws IOException {
    Path parent = Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir"));
    System.out.println(
        "batch  entries/s  CPU us/entry  p50 ms  p99 ms  |  write+fsync alone: p50 ms  p99 ms");
    for (int batch : new int[] {1, 16, 64, 256, 500, 1000, 4000}) {
      measure(parent, batch, 2 * SECOND);
      Run log = measure(parent, batch, 5 * SECOND);
      Run disk = writeOnly(parent, batch, 3 * SECOND);
      System.out.printf(
          "%5d  %9.0f  %12.1f  %6.2f  %6.2f  |  %25.2f  %6.2f%n",
          batch,
          batch * log.perSecond(),
          log.cpuNanos() / 1e3 / batch / log.latencies().length,
          log.percentile(0.5),
          log.percentile(0.99),
          disk.percentile(0.5),
          disk.percentile(0.99));
    }
  }

  /// @param latencies of each append, nanoseconds, sorted
  private record Run(long[] latencies, long nanos, long cpuNanos) {
    double perSecond() {
      return latencies.length / (nanos / (double) SECOND);
    }

    double percentile(double part) {
      return latencies[(int) (latencies.length * part)] / 1e6;
    }
  }

  private interface Append {
    void run() throws IOException;
  }

  private static Run measure(Path parent, int batch, long nanos) throws IOException {
    Path directory = Files.createTempDirectory(parent, "append-benchmark");
    List<byte[]> entries = entries(batch);
    try (var log =
        new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "bench/log")) {
      log.open(0);
      return repeat(() -> log.append(entries), nanos);
    } finally {
      delete(directory);
    }
  }

  // What the disk alone costs: the floor under every append.
  private static Run writeOnly(Path parent, int batch, long nanos) throws IOException {
    Path file = Files.createTempFile(parent, "append-benchmark", "");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] bytes = new byte[batch * ENTRY_BYTES];
      return repeat(
          () -> {
            channel.write(ByteBuffer.wrap(bytes));
            channel.force(false);
          },
          nanos);
    } finally {
      Files.delete(file);
    }
  }

  private static Run repeat(Append append, long nanos) throws IOException {
    var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var latencies = new ArrayList<Long>();
    long cpu = process.getProcessCpuTime();
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      long before = System.nanoTime();
      append.run();
      latencies.add(System.nanoTime() - before);
    }
    long elapsed = System.nanoTime() - start;
    long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Run(sorted, elapsed, process.getProcessCpuTime() - cpu);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<byte[]> entries(int count) {
    var random = new Random(1);
    var entries = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      byte[] entry = new byte[ENTRY_BYTES];
      random.nextBytes(entry);
      entries.add(entry);
    }
    return entries;
  }
}
