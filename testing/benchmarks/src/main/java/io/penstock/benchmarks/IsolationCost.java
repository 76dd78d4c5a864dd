package io.penstock.benchmarks;

import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.Inputs;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// What it costs to run a model in a process of its own: a call to a runner here against a call to
/// a runner there, in turns within one run.
public final class IsolationCost {

  private static final int ROUNDS = 7;
  private static final Duration ROUND = Duration.ofMillis(Long.getLong("millis", 1_000));

  private final PrintStream out = System.out;

  private IsolationCost() {}

  public static void main(String[] args) throws Exception {
    try (var models = new ModelsInProcess(Duration.ZERO)) {
      var cost = new IsolationCost();
      cost.out.printf(
          "%n%-34s %12s %12s %10s%n",
          "CPU µs per run (median of 7)", "in process", "isolated", "ratio");
      for (int rows : new int[] {1, 8, 64}) {
        cost.row(models, rows, 128, 256, 256, 10);
      }
      for (int rows : new int[] {1, 64}) {
        cost.row(models, rows, 512, 2048, 2048, 512);
      }
    }
  }

  private void row(ModelsInProcess models, int rows, int... sizes) throws Exception {
    var onnx = Mlp.onnx(sizes);
    var name = "mlp" + sizes[1];
    RunnableModel here = models.load(name, false, onnx);
    RunnableModel there = models.load(name, true, onnx);
    try (ModelRunner inside = here.openRunner();
        ModelRunner outside = there.openRunner()) {
      var inputs = List.of(ModelsInProcess.rows(here, rows, sizes[0]));
      double[] in = new double[ROUNDS];
      double[] out = new double[ROUNDS];
      micros(inside, inputs);
      micros(outside, inputs);
      for (int i = 0; i < ROUNDS; i++) {
        in[i] = micros(inside, inputs);
        out[i] = micros(outside, inputs);
      }
      print(rows, sizes, median(in), median(out));
    } finally {
      here.close();
      there.close();
    }
  }

  private void print(int rows, int[] sizes, double here, double there) {
    out.printf(
        "%-34s %12.1f %12.1f %10.2f%n",
        rows + " × " + Arrays.toString(sizes), here, there, there / here);
  }

  // Processor time of this process and its workers: wall time would be the other load's.
  private static double micros(ModelRunner runner, List<Inputs> batch) throws Exception {
    long started = System.nanoTime();
    long cpu = cpuNanos();
    int runs = 0;
    while (System.nanoTime() - started < ROUND.toNanos()) {
      runner.run(batch);
      runs++;
    }
    return (cpuNanos() - cpu) / 1e3 / runs;
  }

  private static long cpuNanos() {
    return ProcessHandle.current()
            .children()
            .map(ProcessHandle::info)
            .flatMap(info -> info.totalCpuDuration().stream())
            .mapToLong(Duration::toNanos)
            .sum()
        + ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
