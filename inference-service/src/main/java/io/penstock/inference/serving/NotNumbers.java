package io.penstock.inference.serving;

import io.penstock.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Finds NaN in answers. A model that went wrong is wrong early: of a large tensor only the first
/// values are looked at.
final class NotNumbers {

  private static final int LOOKED_AT = 256;

  private NotNumbers() {}

  static boolean in(List<Tensor> outputs) {
    for (var output : outputs) {
      if (in(output)) {
        return true;
      }
    }
    return false;
  }

  private static boolean in(Tensor tensor) {
    return switch (tensor.type()) {
      case FP32 -> inFloats(values(tensor));
      case FP64 -> inDoubles(values(tensor));
      default -> false;
    };
  }

  private static ByteBuffer values(Tensor tensor) {
    return tensor.bytes().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean inFloats(ByteBuffer values) {
    for (int i = 0; i < LOOKED_AT && values.hasRemaining(); i++) {
      if (Float.isNaN(values.getFloat())) {
        return true;
      }
    }
    return false;
  }

  private static boolean inDoubles(ByteBuffer values) {
    for (int i = 0; i < LOOKED_AT && values.hasRemaining(); i++) {
      if (Double.isNaN(values.getDouble())) {
        return true;
      }
    }
    return false;
  }
}
