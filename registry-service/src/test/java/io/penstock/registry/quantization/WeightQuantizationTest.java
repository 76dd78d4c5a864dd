package io.penstock.registry.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightQuantizationTest {

  private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();
  private static final long SEED = 11;

  private final TestNetworks networks = new TestNetworks(SEED);

  @Test
  void quantize_products_keepsTheAnswersAtAQuarterOfTheSize() throws OrtException {
    var model = networks.products(13);
    var small = WeightQuantization.quantize(ByteBuffer.wrap(model)).orElseThrow();
    assertThat(small.length).isLessThan(model.length * 3 / 10);
    for (int rows : List.of(1, 2, 33)) {
      var input = networks.gaussian(rows * 64);
      assertThat(cosine(run(model, rows, input), run(small, rows, input)))
          .as("%d rows, seed %d", rows, SEED)
          .isGreaterThan(0.999);
    }
  }

  @Test
  void quantize_embeddings_keepsEachRowToAStepOfItsOwnScale() throws OrtException {
    var table = networks.gaussian(200 * 16);
    for (int column = 0; column < 16; column++) {
      table[7 * 16 + column] *= 1000;
    }
    var model = TestNetworks.embedding(table);
    var small = WeightQuantization.quantize(ByteBuffer.wrap(model)).orElseThrow();
    assertThat(small.length).isLessThan(model.length / 2);
    for (int row : List.of(0, 7, 199)) {
      float[] expected = lookUp(model, row);
      float[] given = lookUp(small, row);
      float largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(given[i] - expected[i])).isLessThanOrEqualTo(largest / 250);
      }
    }
  }

  @Test
  void quantize_again_findsNothingLeft() {
    var small = WeightQuantization.quantize(ByteBuffer.wrap(networks.products(13))).orElseThrow();
    assertThat(WeightQuantization.quantize(ByteBuffer.wrap(small))).isEmpty();
  }

  @Test
  void quantize_anOperatorSetWithoutIntegerProducts_isLeftAlone() {
    assertThat(WeightQuantization.quantize(ByteBuffer.wrap(networks.products(9)))).isEmpty();
  }

  @Test
  void quantize_weightsThatAreNoNumbers_isLeftAlone() {
    var table = networks.gaussian(200 * 16);
    table[3] = Float.NaN;
    assertThat(WeightQuantization.quantize(ByteBuffer.wrap(TestNetworks.embedding(table))))
        .isEmpty();
  }

  @Test
  void quantize_whatNoRuntimeWouldRun_isLeftAlone() {
    for (var operator : List.of("MatMul", "Gemm", "Gather", "Constant")) {
      assertThat(WeightQuantization.quantize(ByteBuffer.wrap(TestNetworks.lonely(operator))))
          .as(operator)
          .isEmpty();
    }
  }

  private static float[] run(byte[] model, int rows, float[] input) throws OrtException {
    try (var session = RUNTIME.createSession(model);
        var tensor =
            OnnxTensor.createTensor(RUNTIME, FloatBuffer.wrap(input), new long[] {rows, 64});
        var result = session.run(Map.of("x", tensor))) {
      return floats((OnnxTensor) result.get(0));
    }
  }

  private static float[] lookUp(byte[] model, long row) throws OrtException {
    try (var session = RUNTIME.createSession(model);
        var tensor =
            OnnxTensor.createTensor(RUNTIME, LongBuffer.wrap(new long[] {row}), new long[] {1});
        var result = session.run(Map.of("index", tensor))) {
      return floats((OnnxTensor) result.get(0));
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    var buffer = tensor.getFloatBuffer();
    var values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static double cosine(float[] one, float[] other) {
    double dot = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < one.length; i++) {
      dot += (double) one[i] * other[i];
      a += (double) one[i] * one[i];
      b += (double) other[i] * other[i];
    }
    return dot / Math.sqrt(a * b);
  }
}
