package io.penstock.inference.padding;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// Which inputs of a model are as long as its text, which outputs are, and how they are made longer
/// and shorter. The padding is zeros: the attention mask says what they are.
final class LengthPadding {

  private static final int LENGTH = 1;

  private final ModelInterface model;
  private final List<Integer> buckets;

  private LengthPadding(ModelInterface model, List<Integer> buckets) {
    this.model = model;
    this.buckets = buckets;
  }

  /// Throws [IllegalArgumentException] for a model that padding would not suit.
  static LengthPadding of(ModelInterface model, List<Integer> buckets) {
    for (var spec : model.inputs()) {
      if (hasOpenLength(spec) && !isTokens(spec)) {
        throw new IllegalArgumentException(
            "length_buckets pad inputs of integers [-1, -1], and '%s' is %s %s"
                .formatted(spec.name(), spec.type(), spec.shape()));
      }
    }
    if (model.inputs().stream().noneMatch(LengthPadding::isTokens)) {
      throw new IllegalArgumentException("length_buckets need an input of integers [-1, -1]");
    }
    return new LengthPadding(model, List.copyOf(buckets));
  }

  private static boolean hasOpenLength(TensorSpec spec) {
    return LongStream.of(spec.shape().toArray()).skip(1).anyMatch(size -> size == Shape.ANY);
  }

  private static boolean isTokens(TensorSpec spec) {
    return spec.shape().rank() == 2
        && spec.shape().dimension(LENGTH) == Shape.ANY
        && (spec.type() == DataType.INT64 || spec.type() == DataType.INT32);
  }

  /// The length that the request has in all its token inputs; empty where they differ.
  OptionalLong length(Inputs inputs) {
    long[] lengths =
        inputs.tensors().stream()
            .filter(tensor -> isTokens(spec(tensor)))
            .mapToLong(tensor -> tensor.shape().dimension(LENGTH))
            .distinct()
            .toArray();
    return lengths.length == 1 ? OptionalLong.of(lengths[0]) : OptionalLong.empty();
  }

  private TensorSpec spec(Tensor tensor) {
    return model.input(tensor.name()).orElseThrow();
  }

  /// The size that a length is padded to; the length itself beyond the largest.
  long bucket(long length) {
    return buckets.stream()
        .filter(bucket -> bucket >= length)
        .findFirst()
        .map(Integer::longValue)
        .orElse(length);
  }

  Inputs pad(Inputs inputs, long bucket) {
    var padded = new LinkedHashMap<String, Tensor>();
    for (var tensor : inputs.tensors()) {
      padded.put(tensor.name(), isTokens(spec(tensor)) ? pad(tensor, bucket) : tensor);
    }
    return model.accept(padded);
  }

  private static Tensor pad(Tensor tensor, long bucket) {
    long rows = tensor.shape().dimension(0);
    int from = Math.toIntExact(tensor.shape().dimension(LENGTH) * tensor.type().size());
    int to = Math.toIntExact(bucket * tensor.type().size());
    var bytes = ByteBuffer.allocate(Math.toIntExact(rows * to));
    for (int row = 0; row < rows; row++) {
      tensor.bytes().substring(row * from, (row + 1) * from).copyTo(bytes);
      bytes.position((row + 1) * to);
    }
    return Tensor.packed(
        tensor.name(), tensor.type(), Shape.of(rows, bucket), ByteString.copyFrom(bytes.flip()));
  }

  /// The outputs with what belongs to the padding taken away.
  List<Tensor> cut(List<Tensor> outputs, long length, long bucket) {
    var cut = new ArrayList<Tensor>(outputs.size());
    for (var tensor : outputs) {
      cut.add(isAsLong(tensor, bucket) ? cut(tensor, length) : tensor);
    }
    return cut;
  }

  // An output whose second size is declared open and came out as the bucket is taken for one that
  // is as long as the text.
  private boolean isAsLong(Tensor tensor, long bucket) {
    return tensor.shape().rank() >= 2
        && tensor.shape().dimension(LENGTH) == bucket
        && model.outputs().stream()
            .filter(spec -> spec.name().equals(tensor.name()))
            .anyMatch(spec -> spec.shape().dimension(LENGTH) == Shape.ANY);
  }

  private static Tensor cut(Tensor tensor, long length) {
    long[] sizes = tensor.shape().toArray();
    long rows = sizes[0];
    long before = sizes[LENGTH];
    sizes[LENGTH] = length;
    var shape = Shape.of(sizes);
    long each = LongStream.of(sizes).skip(2).reduce(1, Math::multiplyExact);
    if (tensor.type() == DataType.BYTES) {
      return Tensor.texts(
          tensor.name(), shape, texts(tensor.values(), rows, before * each, length * each));
    }
    int from = Math.toIntExact(before * each * tensor.type().size());
    int to = Math.toIntExact(length * each * tensor.type().size());
    var bytes = ByteBuffer.allocate(Math.toIntExact(rows * to));
    for (int row = 0; row < rows; row++) {
      tensor.bytes().substring(row * from, row * from + to).copyTo(bytes);
    }
    return Tensor.packed(tensor.name(), tensor.type(), shape, ByteString.copyFrom(bytes.flip()));
  }

  private static List<ByteString> texts(List<ByteString> values, long rows, long from, long to) {
    var cut = new ArrayList<ByteString>();
    for (int row = 0; row < rows; row++) {
      cut.addAll(values.subList((int) (row * from), (int) (row * from + to)));
    }
    return cut;
  }
}
