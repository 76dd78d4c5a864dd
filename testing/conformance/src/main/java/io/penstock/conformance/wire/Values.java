package io.penstock.conformance.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Elements of tensors, and their bytes.
public final class Values {

  private static final int MANY = 12;
  private static final int LONG = 10_000;

  private Values() {}

  public static ByteString fp32(float... values) {
    var out = buffer(4 * values.length);
    for (float value : values) {
      out.putFloat(value);
    }
    return bytes(out);
  }

  public static ByteString fp64(double... values) {
    var out = buffer(8 * values.length);
    for (double value : values) {
      out.putDouble(value);
    }
    return bytes(out);
  }

  public static ByteString int32(int... values) {
    var out = buffer(4 * values.length);
    for (int value : values) {
      out.putInt(value);
    }
    return bytes(out);
  }

  public static ByteString int64(long... values) {
    return integers(Datatype.INT64, values);
  }

  /// Integers of any width, cut to it.
  public static ByteString integers(Datatype type, long... values) {
    var out = buffer(type.width() * values.length);
    for (long value : values) {
      switch (type.width()) {
        case 1 -> out.put((byte) value);
        case 2 -> out.putShort((short) value);
        case 4 -> out.putInt((int) value);
        default -> out.putLong(value);
      }
    }
    return bytes(out);
  }

  public static ByteString texts(String... values) {
    return elements(IntStream.range(0, values.length).mapToObj(i -> text(values[i])).toList());
  }

  /// BYTES elements, each with its length before it.
  public static ByteString elements(List<ByteString> values) {
    var parts = new ArrayList<ByteString>();
    for (var value : values) {
      parts.add(length(value.size()));
      parts.add(value);
    }
    return joined(parts);
  }

  static ByteString joined(List<ByteString> parts) {
    return ByteString.copyFrom(ByteString.copyFrom(parts).toByteArray());
  }

  public static ByteString text(String value) {
    return ByteString.copyFrom(value, UTF_8);
  }

  /// The four bytes before an element of BYTES.
  public static ByteString length(int length) {
    return bytes(buffer(4).putInt(length));
  }

  /// So many values of a type, different from each other as far as it goes, the same ones every
  /// time.
  public static ByteString sample(Datatype type, int count) {
    return switch (type) {
      case BOOL -> integers(type, IntStream.range(0, count).mapToLong(i -> i % 3 % 2).toArray());
      case BYTES ->
          texts(IntStream.range(0, count).mapToObj(i -> "value " + i).toArray(String[]::new));
      case FP32 -> fp32(floats(count));
      case FP64 -> fp64(IntStream.range(0, count).mapToDouble(i -> i * 1.25 - 3).toArray());
      // 1.0 in half precision is 0x3c00; the bit patterns from there on are numbers, too.
      case FP16, BF16 ->
          integers(type, IntStream.range(0, count).mapToLong(i -> 0x3c00 + i % 512).toArray());
      default -> integers(type, IntStream.range(0, count).mapToLong(i -> i % 100).toArray());
    };
  }

  private static float[] floats(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * 0.5f - 2;
    }
    return values;
  }

  /// Noise, for what must not look like anything.
  public static ByteString noise(int size) {
    var bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  /// The elements' bytes, without lengths.
  public static List<ByteString> split(String datatype, ByteString raw) {
    int width = width(datatype);
    var elements = new ArrayList<ByteString>();
    for (int at = 0; at < raw.size(); ) {
      int size =
          width > 0
              ? width
              : raw.substring(at, at + 4)
                  .asReadOnlyByteBuffer()
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .getInt();
      int start = width > 0 ? at : at + 4;
      elements.add(raw.substring(start, start + size));
      at = start + size;
    }
    return elements;
  }

  static int width(String datatype) {
    return find(datatype) == null ? 4 : Datatype.valueOf(datatype).width();
  }

  static @Nullable Datatype find(String datatype) {
    for (var type : Datatype.values()) {
      if (type.name().equals(datatype)) {
        return type;
      }
    }
    return null;
  }

  static ByteBuffer read(ByteString element) {
    return element.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The first few values, for a message.
  static String show(String datatype, ByteString raw) {
    int width = width(datatype);
    var some = width > 0 ? raw.substring(0, Math.min(raw.size(), MANY * width)) : raw;
    boolean broken = width > 0 && raw.size() % width != 0;
    if (broken || (width == 0 && raw.size() > LONG)) {
      return raw.size() + " bytes";
    }
    try {
      var all = split(datatype, some);
      return shown(datatype, all)
          + (raw.size() > some.size() ? " of %d bytes".formatted(raw.size()) : "");
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      return raw.size() + " bytes";
    }
  }

  private static String shown(String datatype, List<ByteString> elements) {
    return elements.stream()
        .limit(MANY)
        .map(element -> JsonValues.literal(datatype, element))
        .map(literal -> literal.length() > 40 ? literal.substring(0, 40) + "…" : literal)
        .collect(Collectors.joining(", ", "{", elements.size() > MANY ? ", …}" : "}"));
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteString bytes(ByteBuffer written) {
    return ByteString.copyFrom(written.flip());
  }
}
