package io.penstock.inference.infer;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The classification extension: of each row the classes with the highest values, as
/// `value:index[:label]`, the highest first. Of equal values the lower index goes first; what is no
/// number goes last.
final class Classification {

  private final Numbers values;
  private final boolean integers;
  private final List<String> labels;

  private Classification(Numbers values, boolean integers, List<String> labels) {
    this.values = values;
    this.integers = integers;
    this.labels = labels;
  }

  /// @param rows whether the outermost dimension counts rows; otherwise the tensor is one
  /// @param most classes a row
  static Tensor of(Tensor tensor, boolean rows, int most, List<String> labels) {
    var numbers = Numbers.of(tensor);
    int count = rows ? Math.toIntExact(tensor.shape().dimension(0)) : 1;
    int width = count == 0 ? 0 : numbers.count() / count;
    int taken = Math.min(most, width);
    var classes = new Classification(numbers, isInteger(tensor.type()), labels);
    var texts = new ArrayList<ByteString>(count * taken);
    for (int row = 0; row < count; row++) {
      classes.row(row * width, width, taken, texts);
    }
    return Tensor.texts(tensor.name(), rows ? Shape.of(count, taken) : Shape.of(taken), texts);
  }

  private static boolean isInteger(DataType type) {
    return switch (type) {
      case FP16, BF16, FP32, FP64 -> false;
      default -> true;
    };
  }

  private void row(int start, int width, int most, List<ByteString> texts) {
    // The worst of those kept is on top, and leaves when a better one comes.
    var best = new PriorityQueue<Integer>(Math.max(1, most), bestFirst(start).reversed());
    for (int index = 0; index < width; index++) {
      best.add(index);
      if (best.size() > most) {
        best.remove();
      }
    }
    best.stream()
        .sorted(bestFirst(start))
        .forEach(index -> texts.add(ByteString.copyFromUtf8(text(start, index))));
  }

  private Comparator<Integer> bestFirst(int start) {
    return Comparator.<Integer>comparingDouble(index -> rank(values.get(start + index)))
        .reversed()
        .thenComparing(Comparator.naturalOrder());
  }

  private static double rank(double value) {
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
  }

  private String text(int start, int index) {
    double value = values.get(start + index);
    var number = integers ? Long.toString((long) value) : Float.toString((float) value);
    var label = index < labels.size() ? ":" + labels.get(index) : "";
    return number + ":" + index + label;
  }
}
