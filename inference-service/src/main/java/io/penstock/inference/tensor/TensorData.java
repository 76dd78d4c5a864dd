package io.penstock.inference.tensor;

import com.google.protobuf.ByteString;
import java.util.List;

/// The values of a tensor, row-major.
public sealed interface TensorData {

  /// Values of a fixed width, little-endian and without padding: the protocol's raw form and the
  /// runtime's own.
  record Packed(ByteString bytes) implements TensorData {}

  /// Byte strings.
  record Texts(List<ByteString> values) implements TensorData {
    public Texts {
      values = List.copyOf(values);
    }
  }

  /// The memory that the values take, for limits.
  default long size() {
    return switch (this) {
      case Packed(var bytes) -> bytes.size();
      case Texts(var values) -> values.stream().mapToLong(value -> 16L + value.size()).sum();
    };
  }
}
