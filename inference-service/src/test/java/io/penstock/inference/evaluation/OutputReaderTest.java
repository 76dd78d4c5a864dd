package io.penstock.inference.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputReaderTest {

  @Test
  void oneNumberARow_isThePrediction() throws Exception {
    assertThat(read(true, Shape.of(3), 0.1, 0.2, 0.3)).containsExactly(0.1, 0.2, 0.3);
    assertThat(read(false, Shape.of(3, 1), 7, 8, -9)).containsExactly(7, 8, -9);
    assertThat(read(false, Shape.of(3, 1, 1), 7, 8, -9)).containsExactly(7, 8, -9);
  }

  @Test
  void probabilitiesOfTwoClasses_areThatOfClassOne() throws Exception {
    assertThat(read(true, Shape.of(3, 2), 0.9, 0.1, 0.5, 0.5, 0, 1)).containsExactly(0.1, 0.5, 1);
  }

  @Test
  void twoNumbersThatAreNoProbabilities_areRefused() {
    assertUnfit(true, Shape.of(3, 2), "(2.0, -3.0) in row 2", 0.9, 0.1, 2, -3, 0, 1);
    assertUnfit(false, Shape.of(3, 2), "is [3, 2] for 3 rows", 0.9, 0.1, 0.5, 0.5, 0, 1);
  }

  @Test
  void otherThanOneNumberARow_isRefused() {
    assertUnfit(true, Shape.of(3, 3), "[3, 3] for 3 rows", 1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertUnfit(true, Shape.of(1), "[1] for 3 rows", 0.5);
    assertUnfit(true, Shape.of(0), "[0] for 3 rows");
  }

  @Test
  void whatIsNotFinite_isRefusedWithItsRow() {
    assertUnfit(true, Shape.of(3), "is NaN in row 2", 0.5, Double.NaN, 0.5);
    assertUnfit(true, Shape.of(3), "is -Infinity in row 3", 0.5, 0.5, Double.NEGATIVE_INFINITY);
    assertUnfit(true, Shape.of(3, 2), "is NaN in row 1", Double.NaN, 0.5, 0.5, 0.5, 0.5, 0.5);
  }

  @Test
  void texts_areRefused() {
    assertThatThrownBy(() -> OutputReader.of(model(DataType.BYTES), "y", true))
        .hasMessageContaining("is text");
    assertThatThrownBy(() -> OutputReader.of(model(DataType.FP32), "z", true))
        .hasMessageContaining("gives the outputs [label, y], expected 'z' among them");
  }

  private static ModelInterface model(DataType type) {
    var label = new TensorSpec("label", DataType.INT64, Shape.of(-1));
    return new ModelInterface(
        List.of(), List.of(label, new TensorSpec("y", type, Shape.of(-1))), true);
  }

  private static double[] read(boolean classes, Shape shape, double... values)
      throws EvaluationFailed {
    var bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    var label =
        Tensor.packed("label", DataType.INT64, Shape.of(1), ByteString.copyFrom(new byte[8]));
    var y = Tensor.packed("y", DataType.FP64, shape, ByteString.copyFrom(bytes.flip()));
    var predictions = new double[3];
    OutputReader.of(model(DataType.FP64), "y", classes).read(List.of(label, y), 3, predictions, 0);
    return predictions;
  }

  private static void assertUnfit(boolean classes, Shape shape, String why, double... values) {
    assertThatThrownBy(() -> read(classes, shape, values))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessageContaining(why);
  }
}
