package io.penstock.inference.runtime;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Gives each request of a batch its rows of the outputs.
final class OutputSplit {

  private final List<Inputs> batch;
  private final List<List<Tensor>> answers = new ArrayList<>();

  OutputSplit(List<Inputs> batch) {
    this.batch = batch;
    batch.forEach(_ -> answers.add(new ArrayList<>()));
  }

  /// The outputs of each request, in the order of the requests.
  List<List<Tensor>> answers() {
    return answers;
  }

  /// Adds an output whose buffer will be written again: its bytes are copied out.
  void addReused(TensorSpec spec, Shape shape, ByteBuffer values) throws RunFailed {
    split(
        shape,
        values.remaining(),
        (rows, at, length) ->
            Tensor.packed(
                spec.name(), spec.type(), rows, ByteString.copyFrom(values.slice(at, length))));
  }

  /// Adds an output whose buffer is ours alone: the answers look into it.
  void addOwned(TensorSpec spec, Shape shape, ByteBuffer values) throws RunFailed {
    split(
        shape,
        values.remaining(),
        (rows, at, length) ->
            Tensor.packed(
                spec.name(),
                spec.type(),
                rows,
                UnsafeByteOperations.unsafeWrap(values.slice(at, length))));
  }

  void addTexts(TensorSpec spec, Shape shape, List<ByteString> values) throws RunFailed {
    split(
        shape,
        values.size(),
        (rows, at, length) -> Tensor.texts(spec.name(), rows, values.subList(at, at + length)));
  }

  @FunctionalInterface
  private interface Part {
    Tensor of(Shape shape, int at, int length);
  }

  private void split(Shape shape, int length, Part part) throws RunFailed {
    if (batch.size() == 1) {
      answers.getFirst().add(part.of(shape, 0, length));
      return;
    }
    int perRow = Math.toIntExact(length / checkedRows(shape));
    int at = 0;
    for (int i = 0; i < batch.size(); i++) {
      int rows = batch.get(i).rows();
      answers.get(i).add(part.of(shape.withRows(rows), at, perRow * rows));
      at += perRow * rows;
    }
  }

  // Rows of one request must never be given to another.
  private long checkedRows(Shape shape) throws RunFailed {
    long rows = batch.stream().mapToLong(Inputs::rows).sum();
    if (shape.rank() == 0 || shape.dimension(0) != rows) {
      throw new RunFailed(
          RunFailed.Cause.MODEL, "an output has the shape %s for %d rows".formatted(shape, rows));
    }
    return rows;
  }
}
