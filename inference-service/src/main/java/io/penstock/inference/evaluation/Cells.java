package io.penstock.inference.evaluation;

import io.penstock.inference.tensor.DataType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;

/// Fields of a CSV file as values of a tensor. An empty field is a missing value: NaN where there
/// is one, and refused where there is none.
final class Cells {

  private Cells() {}

  /// Appends a value of a fixed width.
  static void put(ByteBuffer values, DataType type, String field) {
    var text = field.strip();
    switch (type) {
      case BOOL -> values.put(bool(text));
      case INT8 -> values.put((byte) whole(text, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 -> values.putShort((short) whole(text, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 -> values.putInt((int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> values.putLong(whole(text, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT8 -> values.put((byte) whole(text, 0, 0xFF));
      case UINT16 -> values.putShort((short) whole(text, 0, 0xFFFF));
      case UINT32 -> values.putInt((int) whole(text, 0, 0xFFFF_FFFFL));
      case UINT64 -> values.putLong(Long.parseUnsignedLong(text));
      case FP16 -> values.putShort(Float.floatToFloat16((float) real(text)));
      case BF16 -> values.putShort((short) (Float.floatToIntBits((float) real(text)) >>> 16));
      case FP32 -> values.putFloat((float) real(text));
      case FP64 -> values.putDouble(real(text));
      case BYTES -> throw new IllegalArgumentException("texts have no fixed width");
    }
  }

  private static double real(String text) {
    return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
  }

  // Tables written by a tool that knows only floating-point numbers say 3.0 for 3.
  private static long whole(String text, long least, long most) {
    try {
      long value = new BigDecimal(text).longValueExact();
      if (value >= least && value <= most) {
        return value;
      }
    } catch (ArithmeticException e) {
      // Told below, as what is out of range.
    }
    throw new NumberFormatException("%s is not from %d to %d".formatted(text, least, most));
  }

  private static byte bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "true" -> 1;
      case "0", "false" -> 0;
      default -> throw new NumberFormatException(text + " is no truth value");
    };
  }
}
