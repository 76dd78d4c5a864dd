package io.penstock.inference.cache;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import java.util.List;

/// The outputs that a version gave.
///
/// @param bytes that it takes
record KeptAnswer(List<Tensor> outputs, int bytes) {

  // Key, entry and objects around the values, roughly.
  private static final long AROUND = 256;

  /// Copied, because an output may be a small piece of a whole batch's memory.
  static KeptAnswer of(List<Tensor> outputs) {
    var copies = outputs.stream().map(KeptAnswer::copy).toList();
    return new KeptAnswer(copies, (int) Math.min(Integer.MAX_VALUE, size(outputs)));
  }

  static long size(List<Tensor> outputs) {
    return AROUND + outputs.stream().mapToLong(tensor -> AROUND + tensor.data().size()).sum();
  }

  private static Tensor copy(Tensor tensor) {
    return switch (tensor.data()) {
      case Packed(var bytes) ->
          Tensor.packed(
              tensor.name(),
              tensor.type(),
              tensor.shape(),
              ByteString.copyFrom(bytes.asReadOnlyByteBuffer()));
      case Texts(var values) -> Tensor.texts(tensor.name(), tensor.shape(), values);
    };
  }
}
