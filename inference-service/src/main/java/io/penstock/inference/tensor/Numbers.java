package io.penstock.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads the values of a numeric tensor as doubles, whatever their type. 64-bit integers lose what
/// a double cannot hold.
public final class Numbers {

  private final DataType type;
  private final ByteBuffer values;

  private Numbers(DataType type, ByteBuffer values) {
    this.type = type;
    this.values = values;
  }

  public static Numbers of(Tensor tensor) {
    // Sliced: the buffer of a part of a message begins somewhere in that message.
    return new Numbers(
        tensor.type(),
        tensor.bytes().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  public int count() {
    return values.limit() / type.size();
  }

  public double get(int index) {
    int at = index * type.size();
    return switch (type) {
      case BOOL -> values.get(at) == 0 ? 0 : 1;
      case INT8 -> values.get(at);
      case INT16 -> values.getShort(at);
      case INT32 -> values.getInt(at);
      case INT64 -> values.getLong(at);
      case UINT8 -> Byte.toUnsignedInt(values.get(at));
      case UINT16 -> Short.toUnsignedInt(values.getShort(at));
      case UINT32 -> Integer.toUnsignedLong(values.getInt(at));
      case UINT64 -> unsigned(values.getLong(at));
      case FP16 -> Float.float16ToFloat(values.getShort(at));
      case BF16 -> Float.intBitsToFloat(values.getShort(at) << 16);
      case FP32 -> values.getFloat(at);
      case FP64 -> values.getDouble(at);
      case BYTES -> throw new IllegalStateException("BYTES are no numbers");
    };
  }

  // Halved with its lowest bit kept, so that it rounds as the whole would.
  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
