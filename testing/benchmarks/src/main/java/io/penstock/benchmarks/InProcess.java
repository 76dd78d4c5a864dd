package io.penstock.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Map;

/// The same model run by ONNX Runtime in this process, one row at a time with reused input and
/// pinned output: the floor under any server.
final class InProcess {

  private InProcess() {}

  /// CPU microseconds a row.
  static double microsOfCpu(byte[] model, float[] row, Duration duration) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment, floats(row.length).put(row).flip(), new long[] {1, row.length});
          OnnxTensor output = OnnxTensor.createTensor(environment, floats(1), new long[] {1, 1})) {
        Map<String, OnnxTensor> inputs = Map.of(session.getInputNames().iterator().next(), input);
        Map<String, OnnxTensor> outputs =
            Map.of(session.getOutputNames().iterator().next(), output);
        loop(session, inputs, outputs, duration);
        return loop(session, inputs, outputs, duration);
      }
    }
  }

  private static double loop(
      OrtSession session,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      Duration duration)
      throws OrtException {
    var threads = ManagementFactory.getThreadMXBean();
    long runs = 0;
    long end = System.nanoTime() + duration.toNanos();
    long before = threads.getCurrentThreadCpuTime();
    for (; System.nanoTime() < end; runs++) {
      session.run(inputs, outputs).close();
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / runs;
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
