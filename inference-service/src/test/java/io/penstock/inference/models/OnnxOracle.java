package io.penstock.inference.models;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/// A model run by the library itself, one request at a time.
final class OnnxOracle implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxOracle(byte[] model) throws OrtException {
    session = environment.createSession(model);
  }

  String input() {
    return session.getInputNames().iterator().next();
  }

  /// The numbers of the first output for the only input.
  float[] run(float[] values, long... shape) throws OrtException {
    try (var input = tensor(values, shape);
        var result = session.run(Map.of(input(), input))) {
      return numbers(result, 0);
    }
  }

  /// One step of a model that remembers: its answer, then the state after it.
  float[][] step(float[] sound, float[] state, long rate) throws OrtException {
    try (var input = tensor(sound, 1, sound.length);
        var before = tensor(state, 2, 1, 128);
        var sampling = OnnxTensor.createTensor(environment, rate);
        var result = session.run(Map.of("input", input, "state", before, "sr", sampling))) {
      return new float[][] {numbers(result, 0), numbers(result, 1)};
    }
  }

  private OnnxTensor tensor(float[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }

  private static float[] numbers(OrtSession.Result result, int index) {
    var buffer = ((OnnxTensor) result.get(index)).getFloatBuffer();
    var numbers = new float[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
