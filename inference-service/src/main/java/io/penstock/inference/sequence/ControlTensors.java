package io.penstock.inference.sequence;

import com.google.protobuf.ByteString;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.kit.failure.InvalidArguments;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;

/// The inputs that tell a model where in its sequence it is.
final class ControlTensors {

  private ControlTensors() {}

  static Tensor of(Control control, TensorSpec spec, SequenceStep step, long rows) {
    var filled = spec.shape().filled(1);
    var shape = spec.hasOpenRows() ? filled.withRows(rows) : filled;
    return control.kind() == Control.Kind.ID
        ? id(spec, shape, step.id())
        : flag(
            spec, shape, isTrue(control.kind(), step) ? control.whenTrue() : control.whenFalse());
  }

  private static boolean isTrue(Control.Kind kind, SequenceStep step) {
    return switch (kind) {
      case START -> step.start();
      case END -> step.end();
      // There is no batch with empty places here: whatever runs is there.
      case READY, ID -> true;
    };
  }

  private static Tensor id(TensorSpec spec, Shape shape, String id) {
    if (spec.type() == DataType.BYTES) {
      int count = Math.toIntExact(shape.elements());
      var text = ByteString.copyFromUtf8(id);
      return Tensor.texts(spec.name(), shape, Collections.nCopies(count, text));
    }
    try {
      return whole(spec, shape, Long.parseUnsignedLong(id));
    } catch (NumberFormatException e) {
      throw InvalidArguments.of(
          "parameters.sequence_id",
          "was '%s', expected a number, as the model wants it".formatted(id));
    }
  }

  private static Tensor flag(TensorSpec spec, Shape shape, double value) {
    return switch (spec.type()) {
      case FP16, BF16, FP32, FP64 -> real(spec, shape, value);
      default -> whole(spec, shape, (long) value);
    };
  }

  private static Tensor whole(TensorSpec spec, Shape shape, long value) {
    var bytes = buffer(spec, shape);
    while (bytes.hasRemaining()) {
      switch (spec.type().size()) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    return packed(spec, shape, bytes);
  }

  private static Tensor real(TensorSpec spec, Shape shape, double value) {
    var bytes = buffer(spec, shape);
    while (bytes.hasRemaining()) {
      switch (spec.type()) {
        case FP16 -> bytes.putShort(Float.floatToFloat16((float) value));
        case BF16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
        case FP32 -> bytes.putFloat((float) value);
        default -> bytes.putDouble(value);
      }
    }
    return packed(spec, shape, bytes);
  }

  private static ByteBuffer buffer(TensorSpec spec, Shape shape) {
    int bytes = Math.toIntExact(Math.multiplyExact(shape.elements(), (long) spec.type().size()));
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor packed(TensorSpec spec, Shape shape, ByteBuffer bytes) {
    return Tensor.packed(spec.name(), spec.type(), shape, ByteString.copyFrom(bytes.flip()));
  }
}
