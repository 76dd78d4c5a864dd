package io.penstock.inference.event;

import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Tensor;
import io.penstock.proto.event.v1.Column;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tensors as named columns, one value a row. A matrix without names for its columns gets
/// `name[0]`, `name[1]`, and so on, unless it is so wide that its columns mean nothing by
/// themselves.
///
/// @param rows of the prediction; a tensor with another number of rows has no columns
record ColumnProtos(int rows, int maxUnnamed) {

  static long values(List<Tensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
  }

  /// The columns of tensors.
  ///
  /// @param bound the tensor whose columns are named by `names`
  List<Column> of(List<Tensor> tensors, String bound, List<String> names) {
    return tensors.stream()
        .filter(this::hasRows)
        .flatMap(tensor -> of(tensor, tensor.name().equals(bound) ? names : List.of()))
        .toList();
  }

  private boolean hasRows(Tensor tensor) {
    return tensor.shape().rank() > 0 && rows > 0 && tensor.shape().dimension(0) == rows;
  }

  private Stream<Column> of(Tensor tensor, List<String> names) {
    int width = Math.toIntExact(tensor.shape().elements() / rows);
    if (names.size() == width) {
      return IntStream.range(0, width).mapToObj(i -> column(tensor, width, i, names.get(i)));
    }
    return width > maxUnnamed
        ? Stream.empty()
        : IntStream.range(0, width)
            .mapToObj(i -> column(tensor, width, i, unnamed(tensor.name(), width, i)));
  }

  private static String unnamed(String tensor, int width, int index) {
    return width == 1 ? tensor : tensor + "[" + index + "]";
  }

  private Column column(Tensor tensor, int width, int index, String name) {
    var column = Column.newBuilder().setName(name);
    if (tensor.type() == DataType.BYTES) {
      for (int at = index; at < rows * width; at += width) {
        column.addCategories(tensor.values().get(at).toStringUtf8());
      }
      return column.build();
    }
    var values = Numbers.of(tensor);
    for (int at = index; at < rows * width; at += width) {
      column.addNumbers(values.get(at));
    }
    return column.build();
  }
}
