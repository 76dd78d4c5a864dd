package io.penstock.gateway.oip;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The datatypes of the Open Inference Protocol that have a JSON form, each with its little-endian
/// bytes.
enum Datatype {
  BOOL(1) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      boolean value = in.peek() == JsonToken.BOOLEAN ? in.nextBoolean() : integer(in, 0, 1) == 1;
      out.buffer(1).put((byte) (value ? 1 : 0));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(in.get() != 0);
    }
  },
  INT8(1) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(1).put((byte) integer(in, Byte.MIN_VALUE, Byte.MAX_VALUE));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(in.get());
    }
  },
  INT16(2) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(2).putShort((short) integer(in, Short.MIN_VALUE, Short.MAX_VALUE));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(in.getShort());
    }
  },
  INT32(4) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(4).putInt((int) integer(in, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(in.getInt());
    }
  },
  INT64(8) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(8).putLong(integer(in, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(in.getLong());
    }
  },
  UINT8(1) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(1).put((byte) integer(in, 0, 0xFF));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(Byte.toUnsignedInt(in.get()));
    }
  },
  UINT16(2) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(2).putShort((short) integer(in, 0, 0xFFFF));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(Short.toUnsignedInt(in.getShort()));
    }
  },
  UINT32(4) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(4).putInt((int) integer(in, 0, 0xFFFF_FFFFL));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(Integer.toUnsignedLong(in.getInt()));
    }
  },
  UINT64(8) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      BigInteger value = exact(in.nextString());
      if (value.signum() < 0 || value.bitLength() > 64) {
        throw new NumberFormatException(value + " (expected: 0 to 18446744073709551615)");
      }
      out.buffer(8).putLong(value.longValue());
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      out.value(new BigInteger(Long.toUnsignedString(in.getLong())));
    }
  },
  FP32(4) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      float value = (float) number(in);
      if (Float.isInfinite(value)) {
        throw new NumberFormatException("a number beyond FP32");
      }
      out.buffer(4).putFloat(value);
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      float value = in.getFloat();
      if (Float.isFinite(value)) {
        out.value(value);
      } else {
        out.nullValue();
      }
    }
  },
  FP64(8) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      out.buffer(8).putDouble(number(in));
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      double value = in.getDouble();
      if (Double.isFinite(value)) {
        out.value(value);
      } else {
        out.nullValue();
      }
    }
  },
  BYTES(0) {
    @Override
    void read(JsonReader in, TensorBytes out) throws IOException {
      if (in.peek() != JsonToken.STRING) {
        throw new NumberFormatException(in.peek() + " (expected: a string)");
      }
      byte[] text = in.nextString().getBytes(StandardCharsets.UTF_8);
      out.buffer(4 + text.length).putInt(text.length).put(text);
    }

    @Override
    void write(ByteBuffer in, JsonWriter out) throws IOException {
      byte[] text = new byte[in.getInt()];
      in.get(text);
      out.value(new String(text, StandardCharsets.UTF_8));
    }
  };

  private final int width;

  Datatype(int width) {
    this.width = width;
  }

  /// Empty for a name that is none, and for FP16 and BF16, which have no JSON form.
  static Optional<Datatype> named(String name) {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// Bytes an element, 0 where that varies.
  int width() {
    return width;
  }

  /// Reads one JSON value and appends its bytes.
  ///
  /// @throws NumberFormatException for a value that this type cannot hold, with words that fit
  ///   after a field name
  abstract void read(JsonReader in, TensorBytes out) throws IOException;

  /// Writes the next element as JSON. NaN and infinities have no JSON form and are written as null.
  abstract void write(ByteBuffer in, JsonWriter out) throws IOException;

  private static long integer(JsonReader in, long min, long max) throws IOException {
    requireNumber(in);
    BigInteger value = exact(in.nextString());
    if (value.bitLength() > 63 || value.longValue() < min || value.longValue() > max) {
      throw new NumberFormatException("%s (expected: %d to %d)".formatted(value, min, max));
    }
    return value.longValue();
  }

  private static BigInteger exact(String text) {
    if (text.length() > 32) {
      throw new NumberFormatException(
          "a number of " + text.length() + " digits (expected: an integer)");
    }
    try {
      return text.matches("-?\\d+")
          ? new BigInteger(text)
          : new BigDecimal(text).toBigIntegerExact();
    } catch (ArithmeticException fraction) {
      throw new NumberFormatException(text + " (expected: an integer)");
    }
  }

  private static double number(JsonReader in) throws IOException {
    requireNumber(in);
    return in.nextDouble();
  }

  private static void requireNumber(JsonReader in) throws IOException {
    if (in.peek() != JsonToken.NUMBER) {
      throw new NumberFormatException(
          in.peek().name().toLowerCase(java.util.Locale.ROOT) + " (expected: a number)");
    }
  }
}
