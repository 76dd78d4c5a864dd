package io.penstock.inference.padding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.fixture.Asked;
import io.penstock.inference.fixture.HeldLane;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Job;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaddingEngineTest {

  private static final ModelInterface MODEL =
      new ModelInterface(
          List.of(
              new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1)),
              new TensorSpec("kind", DataType.INT64, Shape.of(-1, 1))),
          List.of(
              new TensorSpec("tokens", DataType.INT32, Shape.of(-1, -1, 2)),
              new TensorSpec("whole", DataType.INT32, Shape.of(-1, 4))),
          true);

  private final HeldLane lane = new HeldLane();
  private final Engine engine = PaddingEngine.around(MODEL, List.of(4, 8), lane);

  @Test
  void differentLengths_haveOneBatchKey() {
    ask(1, 2);
    ask(1, 3);
    ask(2, 4);
    ask(1, 5);
    var held = lane.held();
    assertThat(held.get(1).batchKey()).isEqualTo(held.get(0).batchKey());
    assertThat(held.get(2).batchKey())
        .as("as long as the bucket")
        .isEqualTo(held.get(0).batchKey());
    assertThat(held.get(3).batchKey())
        .as("of the next bucket")
        .isNotEqualTo(held.get(0).batchKey());
    assertThat(held.get(2).rows()).isEqualTo(2);
  }

  @Test
  void inputs_arePaddedWithZeros_rowByRow() {
    ask(2, 3);
    assertThat(numbers(given(lane.held().getFirst(), "ids")))
        .containsExactly(1, 2, 3, 0, 4, 5, 6, 0);
    assertThat(given(lane.held().getFirst(), "kind").shape()).isEqualTo(Shape.of(2, 1));
  }

  @Test
  void outputs_areCutBack_wholeOnesAreNot() {
    var asked = ask(2, 3);
    lane.answer(
        ints("tokens", Shape.of(2, 4, 2), IntStream.range(0, 16).toArray()),
        ints("whole", Shape.of(2, 4), IntStream.range(0, 8).toArray()));
    var answer = asked.answers.getFirst();
    assertThat(answer.getFirst().shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(numbers(answer.getFirst())).containsExactly(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13);
    assertThat(answer.getLast().shape()).isEqualTo(Shape.of(2, 4));
  }

  @Test
  void longerThanAllBuckets_staysAsItIs() {
    var asked = ask(1, 9);
    assertThat(lane.held()).containsExactly(asked);
  }

  @Test
  void cancelled_reachesTheLane() {
    var asked = ask(1, 3);
    engine.cancel(asked);
    assertThat(lane.held()).isEmpty();
    assertThat(asked.failures).hasOnlyElementsOfType(Cancelled.class);
  }

  @Test
  void otherOpenSizes_areNotForPadding() {
    var pixels = new TensorSpec("pixels", DataType.FP32, Shape.of(-1, -1));
    var model = new ModelInterface(List.of(pixels), MODEL.outputs(), true);
    assertThatThrownBy(() -> PaddingEngine.check(model, List.of(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pixels");
  }

  private Asked ask(int rows, int length) {
    var asked = Asked.until(inputs(rows, length), Long.MAX_VALUE);
    engine.submit(asked);
    return asked;
  }

  private static Inputs inputs(int rows, int length) {
    return MODEL.accept(
        Map.of(
            "ids", longs("ids", Shape.of(rows, length)), "kind", longs("kind", Shape.of(rows, 1))));
  }

  private static Tensor longs(String name, Shape shape) {
    var bytes = ByteBuffer.allocate((int) shape.elements() * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value = 1; bytes.hasRemaining(); value++) {
      bytes.putLong(value);
    }
    return Tensor.packed(name, DataType.INT64, shape, ByteString.copyFrom(bytes.flip()));
  }

  private static Tensor ints(String name, Shape shape, int... values) {
    var bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return Tensor.packed(name, DataType.INT32, shape, ByteString.copyFrom(bytes.flip()));
  }

  private static Tensor given(Job job, String name) {
    return job.inputs().tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double[] numbers(Tensor tensor) {
    var numbers = Numbers.of(tensor);
    return IntStream.range(0, numbers.count()).mapToDouble(numbers::get).toArray();
  }
}
