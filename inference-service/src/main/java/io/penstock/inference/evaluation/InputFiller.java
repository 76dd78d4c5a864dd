package io.penstock.inference.evaluation;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.inference.evaluation.Task.InputColumns;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// Makes one input tensor of rows of a CSV file.
final class InputFiller {

  private final TensorSpec spec;
  private final Shape row;
  private final List<String> columns;
  private final int[] places;

  private InputFiller(TensorSpec spec, Shape row, List<String> columns, int[] places) {
    this.spec = spec;
    this.row = row;
    this.columns = columns;
    this.places = places;
  }

  static InputFiller of(TensorSpec spec, InputColumns given, List<String> header)
      throws EvaluationFailed {
    int[] places = given.columns().stream().mapToInt(header::indexOf).toArray();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        throw new EvaluationFailed("the data has no column '%s'".formatted(given.columns().get(i)));
      }
    }
    return new InputFiller(spec, row(spec, places.length), given.columns(), places);
  }

  /// The shape of one row, where it can hold so many values: at most one dimension may be open.
  private static Shape row(TensorSpec spec, int values) throws EvaluationFailed {
    if (spec.hasOpenRows() || (spec.shape().rank() > 0 && spec.shape().dimension(0) == 1)) {
      var row = spec.shape().row();
      long open = LongStream.of(row.toArray()).filter(size -> size == Shape.ANY).count();
      var filled = row.filled(values / Math.max(1, row.filled(1).elements()));
      if (open <= 1 && filled.elements() == values) {
        return filled;
      }
    }
    throw new EvaluationFailed(
        "the input '%s' is %s, which rows of %d values do not fill"
            .formatted(spec.name(), spec.shape(), values));
  }

  /// @param first the number of the first of these rows, for words
  Tensor tensor(List<List<String>> rows, int first) throws EvaluationFailed {
    var shape = shape(rows.size());
    return spec.type().isFixedWidth()
        ? Tensor.packed(spec.name(), spec.type(), shape, numbers(rows, first))
        : Tensor.texts(spec.name(), shape, texts(rows));
  }

  private Shape shape(int rows) {
    var dimensions = new ArrayList<Long>();
    dimensions.add((long) rows);
    dimensions.addAll(row.toList());
    return Shape.of(dimensions);
  }

  private ByteString numbers(List<List<String>> rows, int first) throws EvaluationFailed {
    var values =
        ByteBuffer.allocate(rows.size() * places.length * spec.type().size())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < places.length; j++) {
        put(values, rows.get(i).get(places[j]), first + i, columns.get(j));
      }
    }
    return UnsafeByteOperations.unsafeWrap(values.flip());
  }

  private void put(ByteBuffer values, String field, int row, String column)
      throws EvaluationFailed {
    try {
      Cells.put(values, spec.type(), field);
    } catch (NumberFormatException e) {
      throw new EvaluationFailed(
          "row %d of the data has '%s' as '%s', and the input '%s' takes %s"
              .formatted(row, Words.clipped(field), column, spec.name(), spec.type()),
          e);
    }
  }

  private List<ByteString> texts(List<List<String>> rows) {
    var values = new ArrayList<ByteString>();
    for (var row : rows) {
      for (int place : places) {
        values.add(ByteString.copyFromUtf8(row.get(place)));
      }
    }
    return values;
  }
}
