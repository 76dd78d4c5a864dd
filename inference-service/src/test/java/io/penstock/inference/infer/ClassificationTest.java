package io.penstock.inference.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationTest {

  @Test
  void rows_eachHaveTheirBest() {
    var tensor = floats(new float[] {0.1f, 0.7f, 0.2f}, new float[] {5, -1, 3});
    var classes = Classification.of(tensor, true, 2, List.of());
    assertThat(classes.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(texts(classes)).containsExactly("0.7:1", "0.2:2", "5.0:0", "3.0:2");
  }

  @Test
  void labels_standWhereThereAreSome() {
    var classes = Classification.of(floats(new float[] {1, 2, 3}), true, 9, List.of("cat", "dog"));
    assertThat(texts(classes)).containsExactly("3.0:2", "2.0:1:dog", "1.0:0:cat");
  }

  @Test
  void withoutRows_allIsOne() {
    var tensor =
        Tensor.packed(
            "y", DataType.FP32, Shape.of(2, 2), Requests.floats(new float[] {1, 4, 3, 2}));
    var classes = Classification.of(tensor, false, 3, List.of());
    assertThat(classes.shape()).isEqualTo(Shape.of(3));
    assertThat(texts(classes)).containsExactly("4.0:1", "3.0:2", "2.0:3");
  }

  @Test
  void equalValues_keepTheirOrder_andNoNumberComesLast() {
    var classes =
        Classification.of(
            floats(new float[] {Float.NaN, 1, 1, Float.NEGATIVE_INFINITY, 1}), true, 5, List.of());
    assertThat(texts(classes)).containsExactly("1.0:1", "1.0:2", "1.0:4", "NaN:0", "-Infinity:3");
  }

  @Test
  void oneValueARow_isOneClass() {
    var tensor =
        Tensor.packed("y", DataType.FP32, Shape.of(2), Requests.floats(new float[] {1, 2}));
    var classes = Classification.of(tensor, true, 3, List.of());
    assertThat(classes.shape()).isEqualTo(Shape.of(2, 1));
    assertThat(texts(classes)).containsExactly("1.0:0", "2.0:0");
  }

  @Test
  void integersAndHalves() {
    var bytes =
        Tensor.packed(
            "y", DataType.INT8, Shape.of(1, 3), ByteString.copyFrom(new byte[] {-1, 7, 3}));
    assertThat(texts(Classification.of(bytes, true, 1, List.of()))).containsExactly("7:1");
    var halves =
        Tensor.packed(
            "y", DataType.FP16, Shape.of(1, 2), ByteString.copyFrom(new byte[] {0, 0x3c, 0, 0x40}));
    assertThat(texts(Classification.of(halves, true, 1, List.of()))).containsExactly("2.0:1");
  }

  @Test
  void noRows() {
    var tensor = Tensor.packed("y", DataType.FP32, Shape.of(0, 3), ByteString.EMPTY);
    assertThat(Classification.of(tensor, true, 2, List.of()).values()).isEmpty();
  }

  private static Tensor floats(float[]... rows) {
    return Tensor.packed(
        "y", DataType.FP32, Shape.of(rows.length, rows[0].length), Requests.floats(rows));
  }

  private static List<String> texts(Tensor tensor) {
    return tensor.values().stream().map(ByteString::toStringUtf8).toList();
  }
}
