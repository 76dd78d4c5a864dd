package io.penstock.governance.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final long SECONDS_NANOS = 1_000_000_000L;

  private AppendBenchmark() {}

  public static void main(String... args) throws IOException {
    Path parent = Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir"));
    System.out.println("batch  entries/s  appends/s  p50 ms  p99 ms  max ms");
    for (int batch : new int[] {1, 16, 64, 256, 500, 1000, 4000}) {
      measure(parent, batch, 2 * SECONDS_NANOS, false);
      measure(parent, batch, 5 * SECONDS_NANOS, true);
    }
  }

  private static void measure(Path parent, int batch, long nanos, boolean report)
      throws IOException {
    Path directory = Files.createTempDirectory(parent, "append-benchmark");
    var latencies = new ArrayList<Long>();
    List<byte[]> entries = entries(batch);
    try (var log =
        new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "bench/log")) {
      log.open(0);
      long start = System.nanoTime();
      while (System.nanoTime() - start < nanos) {
        long before = System.nanoTime();
        log.append(entries);
        latencies.add(System.nanoTime() - before);
      }
      if (report) {
        report(batch, latencies, System.nanoTime() - start);
      }
    }
    delete(directory);
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

  private static void report(int batch, List<Long> latencies, long nanos) {
    long[] sorted = latencies.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    double seconds = nanos / (double) SECONDS_NANOS;
    System.out.printf(
        "%5d  %9.0f  %9.0f  %6.2f  %6.2f  %6.2f%n",
        batch,
        sorted.length * (double) batch / seconds,
        sorted.length / seconds,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }
}
