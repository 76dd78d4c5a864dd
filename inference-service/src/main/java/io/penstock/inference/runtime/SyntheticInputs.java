package io.penstock.inference.runtime;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.stream.Collectors;

/// Made-up requests that warm and probe a model: every value zero, or every value one.
final class SyntheticInputs {

  private SyntheticInputs() {}

  /// One request.
  ///
  /// @param rows its rows, where the model has open rows
  /// @param open the size given to every other open dimension
  static Inputs of(ModelInterface model, int rows, long open, boolean ones) {
    var tensors =
        model.inputs().stream()
            .map(spec -> tensor(spec, shape(spec, rows, open), ones))
            .collect(Collectors.toMap(Tensor::name, tensor -> tensor));
    return model.accept(tensors);
  }

  private static Shape shape(TensorSpec spec, int rows, long open) {
    var shape = spec.shape().filled(open);
    return spec.hasOpenRows() ? shape.withRows(rows) : shape;
  }

  private static Tensor tensor(TensorSpec spec, Shape shape, boolean ones) {
    int count = Math.toIntExact(shape.elements());
    if (spec.type() == DataType.BYTES) {
      var value = ones ? ByteString.copyFromUtf8("a") : ByteString.EMPTY;
      return Tensor.texts(spec.name(), shape, Collections.nCopies(count, value));
    }
    var buffer = ByteBuffer.allocate(Math.multiplyExact(count, spec.type().size()));
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    while (ones && buffer.hasRemaining()) {
      putOne(spec.type(), buffer);
    }
    return Tensor.packed(spec.name(), spec.type(), shape, ByteString.copyFrom(buffer.array()));
  }

  private static void putOne(DataType type, ByteBuffer to) {
    switch (type) {
      case BOOL, INT8, UINT8 -> to.put((byte) 1);
      case INT16, UINT16 -> to.putShort((short) 1);
      case INT32, UINT32 -> to.putInt(1);
      case INT64, UINT64 -> to.putLong(1);
      case FP16 -> to.putShort((short) 0x3C00);
      case BF16 -> to.putShort((short) 0x3F80);
      case FP32 -> to.putFloat(1);
      case FP64 -> to.putDouble(1);
      case BYTES -> throw new IllegalArgumentException("BYTES have no width");
    }
  }
}
