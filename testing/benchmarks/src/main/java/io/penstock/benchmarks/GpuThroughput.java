package io.penstock.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.Inputs;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Rows a second on a GPU: raw ONNX Runtime against a runner of inference-service that puts single
/// requests together, by batch size.
public final class GpuThroughput {

  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 3));
  private static final int[] SIZES = {512, 2048, 2048, 512};
  private static final int[] BATCHES = {1, 4, 16, 64, 256};

  private final PrintStream out = System.out;
  private final byte[] onnx = Mlp.onnx(SIZES);

  private GpuThroughput() {}

  public static void main(String[] args) throws Exception {
    ModelsInProcess models;
    try {
      models = new ModelsInProcess(Duration.ZERO, DeviceChoice.CUDA);
    } catch (IllegalStateException e) {
      System.err.println("gpu: nothing was measured; " + e.getMessage());
      System.exit(2);
      return;
    }
    try (models) {
      new GpuThroughput().table(models);
    }
  }

  @FunctionalInterface
  private interface Run {
    void once() throws Exception;
  }

  private void table(ModelsInProcess models) throws Exception {
    out.printf(
        "%n%-8s %16s %16s %12s %14s%n",
        "batch", "raw rows/s", "runner rows/s", "of raw", "over batch 1");
    RunnableModel model = models.load("mlp", false, onnx);
    try (var options = new SessionOptions();
        var cuda = new OrtCUDAProviderOptions();
        ModelRunner runner = model.openRunner()) {
      options.addCUDA(cuda);
      var environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(onnx, options)) {
        double alone = 0;
        for (int rows : BATCHES) {
          double raw = rows * perSecond(raw(environment, session, rows));
          double ours = rows * perSecond(ours(model, runner, rows));
          alone = rows == 1 ? ours : alone;
          out.printf(
              "%-8d %16.0f %16.0f %11.0f%% %13.1fx%n",
              rows, raw, ours, 100 * ours / raw, ours / alone);
        }
      }
    } finally {
      model.close();
    }
  }

  private static Run raw(OrtEnvironment environment, OrtSession session, int rows)
      throws Exception {
    var buffer =
        ByteBuffer.allocateDirect(rows * SIZES[0] * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    var tensor = OnnxTensor.createTensor(environment, buffer, new long[] {rows, SIZES[0]});
    return () -> session.run(Map.of("x", tensor)).close();
  }

  private static Run ours(RunnableModel model, ModelRunner runner, int rows) {
    List<Inputs> batch = Collections.nCopies(rows, ModelsInProcess.rows(model, 1, SIZES[0]));
    return () -> runner.run(batch);
  }

  private static double perSecond(Run run) throws Exception {
    for (int i = 0; i < 20; i++) {
      run.once();
    }
    long started = System.nanoTime();
    long runs = 0;
    while (System.nanoTime() - started < ROUND.toNanos()) {
      run.once();
      runs++;
    }
    return runs * 1e9 / (System.nanoTime() - started);
  }
}
