package io.penstock.inference.event;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Tensor;
import io.penstock.proto.event.v1.Column;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tensors as named columns, one value a row. A matrix without names for its columns gets
/// `name[0]`, `name[1]`, and so on.
final class ColumnProtos {

  private ColumnProtos() {}

  /// The columns of tensors of which each row is a prediction.
  ///
  /// @param bound the tensor whose columns are named by `names`
  static List<Column> of(List<Tensor> tensors, int rows, String bound, List<String> names) {
    return tensors.stream()
        .filter(tensor -> hasRows(tensor, rows))
        .flatMap(tensor -> of(tensor, rows, tensor.name().equals(bound) ? names : List.of()))
        .toList();
  }

  static long values(List<Tensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
  }

  private static boolean hasRows(Tensor tensor, int rows) {
    return tensor.shape().rank() > 0 && rows > 0 && tensor.shape().dimension(0) == rows;
  }

  private static Stream<Column> of(Tensor tensor, int rows, List<String> names) {
    int width = Math.toIntExact(tensor.shape().elements() / rows);
    return IntStream.range(0, width)
        .mapToObj(
            i ->
                tensor.type() == DataType.BYTES
                    ? texts(tensor, rows, width, i, name(tensor, width, i, names))
                    : numbers(tensor, rows, width, i, name(tensor, width, i, names)));
  }

  private static String name(Tensor tensor, int width, int index, List<String> names) {
    if (names.size() == width) {
      return names.get(index);
    }
    return width == 1 ? tensor.name() : tensor.name() + "[" + index + "]";
  }

  private static Column numbers(Tensor tensor, int rows, int width, int index, String name) {
    var values = Numbers.of(tensor);
    var column = Column.newBuilder().setName(name);
    for (int row = 0; row < rows; row++) {
      column.addNumbers(values.get(row * width + index));
    }
    return column.build();
  }

  private static Column texts(Tensor tensor, int rows, int width, int index, String name) {
    var column = Column.newBuilder().setName(name);
    for (int row = 0; row < rows; row++) {
      ByteString value = tensor.values().get(row * width + index);
      column.addCategories(value.toStringUtf8());
    }
    return column.build();
  }
}
