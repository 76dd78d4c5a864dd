package io.penstock.inference.tensor;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import java.util.List;

/// A named tensor whose data holds exactly as many values as its shape says.
public record Tensor(String name, DataType type, Shape shape, TensorData data) {

  public Tensor {
    long expected = shape.elements();
    long given =
        switch (data) {
          case Packed(var bytes) -> type.isFixedWidth() ? bytes.size() / type.size() : -1;
          case Texts(var values) -> type.isFixedWidth() ? -1 : values.size();
        };
    if (given != expected) {
      throw new IllegalArgumentException(
          "%s: %d values of %s for the shape %s".formatted(name, given, type, shape));
    }
  }

  public static Tensor packed(String name, DataType type, Shape shape, ByteString bytes) {
    return new Tensor(name, type, shape, new Packed(bytes));
  }

  public static Tensor texts(String name, Shape shape, List<ByteString> values) {
    return new Tensor(name, DataType.BYTES, shape, new Texts(values));
  }

  /// The same values under another name.
  public Tensor named(String other) {
    return new Tensor(other, type, shape, data);
  }

  /// The values of a tensor of a fixed width.
  public ByteString bytes() {
    if (data instanceof Packed(var bytes)) {
      return bytes;
    }
    throw new IllegalStateException(name + " holds " + type);
  }

  /// The values of a tensor of [DataType#BYTES].
  public List<ByteString> values() {
    if (data instanceof Texts(var values)) {
      return values;
    }
    throw new IllegalStateException(name + " holds " + type);
  }
}
