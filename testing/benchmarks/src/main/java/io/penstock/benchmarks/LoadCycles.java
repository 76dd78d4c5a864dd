package io.penstock.benchmarks;

import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunnableModel;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Loads models, runs them and lets them go, over and over, and tells what the process holds
/// meanwhile: memory that went to a model must come back from it.
public final class LoadCycles {

  private static final int CYCLES = Integer.getInteger("cycles", 1_000);
  private static final int WARM_UP = 30;
  private static final List<int[]> SIZES =
      List.of(
          new int[] {128, 256, 256, 10},
          new int[] {512, 2048, 2048, 512},
          new int[] {256, 1024, 1024, 1024, 64});
  private static final int[] ROWS = {1, 8, 64};

  private final List<byte[]> files = SIZES.stream().map(Mlp::onnx).toList();
  private final PrintStream out = System.out;

  private LoadCycles() {}

  public static void main(String[] args) throws Exception {
    try (var models = new ModelsInProcess(Duration.ZERO)) {
      new LoadCycles().table(models);
    }
  }

  private void table(ModelsInProcess models) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      cycle(models, i);
    }
    long before = residentBytes();
    out.printf("%n%8s %14s %12s%n", "cycles", "resident MB", "change");
    row(0, before, before);
    for (int i = 1; i <= CYCLES; i++) {
      cycle(models, i);
      if (i % (CYCLES / 10) == 0) {
        row(i, residentBytes(), before);
      }
    }
    out.println("bar: back within 5 %");
    double change = 100.0 * (residentBytes() - before) / before;
    Bars.note(
        CYCLES + " load/unload cycles, resident memory",
        "within 5 %",
        change <= 5,
        "%+.1f %%",
        change);
  }

  private void cycle(ModelsInProcess models, int number) throws Exception {
    int which = number % files.size();
    RunnableModel model = models.load("m" + which, false, files.get(which));
    try (ModelRunner runner = model.openRunner()) {
      for (int rows : ROWS) {
        runner.run(List.of(ModelsInProcess.rows(model, rows, SIZES.get(which)[0])));
      }
    } finally {
      model.close();
    }
  }

  private void row(int cycles, long now, long before) {
    out.printf("%8d %14.1f %+11.1f %%%n", cycles, now / 1e6, 100.0 * (now - before) / before);
  }

  private static long residentBytes() throws Exception {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
