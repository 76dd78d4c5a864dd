package io.penstock.inference.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.inference.evaluation.Task.InputColumns;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InputFillerTest {

  private static final List<String> HEADER = List.of("late", "a", "b", "c", "d");
  private static final List<List<String>> ROWS =
      List.of(List.of("1", "1", "2", "3", "4"), List.of("0", "5", "6", "7", "8"));

  @Test
  void columns_goWhereTheInputWantsThem() throws Exception {
    var tensor = tensor(DataType.FP32, Shape.of(-1, 3), "c", "a", "b");
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(values(tensor)).containsExactly(3, 1, 2, 7, 5, 6);
  }

  @Test
  void shape_isWhatTheInputDeclares() throws Exception {
    assertThat(tensor(DataType.FP64, Shape.of(-1), "a").shape()).isEqualTo(Shape.of(2));
    assertThat(tensor(DataType.FP32, Shape.of(-1, -1), "a", "b").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(tensor(DataType.FP32, Shape.of(-1, 2, 2), "a", "b", "c", "d").shape())
        .isEqualTo(Shape.of(2, 2, 2));
    assertThat(tensor(DataType.FP32, Shape.of(-1, 2, -1), "a", "b", "c", "d").shape())
        .isEqualTo(Shape.of(2, 2, 2));
  }

  @Test
  void shapeThatRowsDoNotFill_isRefused() {
    assertUnfit(Shape.of(-1, 3), "a", "b");
    assertUnfit(Shape.of(-1, 2, -1), "a", "b", "c");
    assertUnfit(Shape.of(-1, -1, -1), "a", "b", "c", "d");
    assertUnfit(Shape.of(-1), "a", "b");
    assertUnfit(Shape.of(-1, 0), "a");
    assertUnfit(Shape.of(8, 1), "a");
    assertUnfit(Shape.of(), "a");
  }

  @Test
  void everyType_isRead() throws Exception {
    for (var type : DataType.values()) {
      if (type.isFixedWidth() && type != DataType.BOOL) {
        assertThat(values(tensor(type, Shape.of(-1), "b"))).as("%s", type).containsExactly(2, 6);
      }
    }
    assertThat(values(tensor(DataType.BOOL, Shape.of(-1), "late"))).containsExactly(1, 0);
    assertThat(tensor(DataType.BYTES, Shape.of(-1), "b").values())
        .extracting(value -> value.toStringUtf8())
        .containsExactly("2", "6");
  }

  @Test
  void wholeNumbers_mayBeWrittenAsOthers_andKeepTheirRange() throws Exception {
    assertThat(cell(DataType.INT64, "3.0")).isEqualTo(3);
    assertThat(cell(DataType.INT64, "1e3")).isEqualTo(1000);
    assertThat(cell(DataType.UINT8, "255")).isEqualTo(255);
    for (var text : List.of("256", "-1", "1.5", "", "x", "NaN", "1e999999999")) {
      assertThatThrownBy(() -> cell(DataType.UINT8, text))
          .as(text)
          .isInstanceOf(EvaluationFailed.class)
          .hasMessageContaining("row 7 of the data has '%s' as 'a'".formatted(text));
    }
  }

  @Test
  void missingNumbers_areNaN_whereThereIsNaN() throws Exception {
    assertThat(cell(DataType.FP32, " ")).isNaN();
    assertThat(cell(DataType.FP64, "")).isNaN();
    assertThat(cell(DataType.FP16, "NaN")).isNaN();
    assertThat(cell(DataType.BF16, "NaN")).isNaN();
  }

  private static double cell(DataType type, String text) throws EvaluationFailed {
    var filler = filler(type, Shape.of(-1), List.of("a"));
    return Numbers.of(filler.tensor(List.of(List.of("0", text)), 7)).get(0);
  }

  private static Tensor tensor(DataType type, Shape shape, String... columns)
      throws EvaluationFailed {
    return filler(type, shape, List.of(columns)).tensor(ROWS, 1);
  }

  private static InputFiller filler(DataType type, Shape shape, List<String> columns)
      throws EvaluationFailed {
    return InputFiller.of(new TensorSpec("x", type, shape), new InputColumns("x", columns), HEADER);
  }

  private static void assertUnfit(Shape shape, String... columns) {
    assertThatThrownBy(() -> filler(DataType.FP32, shape, List.of(columns)))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessageContaining("do not fill");
  }

  private static double[] values(Tensor tensor) {
    var numbers = Numbers.of(tensor);
    return IntStream.range(0, numbers.count()).mapToDouble(numbers::get).toArray();
  }
}
