package io.penstock.feature.row;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.feature.row.Value.BoolValue;
import io.penstock.feature.row.Value.DoubleValue;
import io.penstock.feature.row.Value.Int64Value;
import io.penstock.feature.row.Value.StringValue;
import io.penstock.feature.view.FeatureSchema;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stored form of a row's values: a bitmap of which features have one, lowest bit first, then
/// those values in the order of the schema. Numbers take eight bytes, big-endian; a truth value
/// one; a text four of length and its UTF-8.
///
/// A row can only be read with the schema it was written with, which is why rows belong to a
/// version of a view.
public final class PackedRow {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private PackedRow() {}

  /// Packs values by feature name; those that the schema does not know, or whose value is null, are
  /// left out.
  public static byte[] pack(FeatureSchema schema, Map<String, ? extends @Nullable Value> values) {
    byte[][] texts = new byte[schema.size()][];
    ByteBuffer out = ByteBuffer.allocate(size(schema, values, texts));
    out.position(bitmapSize(schema));
    for (int i = 0; i < schema.size(); i++) {
      Value value = values.get(schema.feature(i).name());
      if (value != null) {
        out.put(i >> 3, (byte) (out.get(i >> 3) | 1 << (i & 7)));
        put(out, value, texts[i]);
      }
    }
    return out.array();
  }

  // Texts are encoded once: here, where their length is needed.
  private static int size(
      FeatureSchema schema, Map<String, ? extends @Nullable Value> values, byte[][] texts) {
    int size = bitmapSize(schema);
    for (int i = 0; i < schema.size(); i++) {
      Value value = values.get(schema.feature(i).name());
      if (value instanceof StringValue(String text)) {
        texts[i] = text.getBytes(UTF_8);
        size += Integer.BYTES + texts[i].length;
      } else if (value != null) {
        size += value instanceof BoolValue ? 1 : Long.BYTES;
      }
    }
    return size;
  }

  private static void put(ByteBuffer out, Value value, byte[] text) {
    switch (value) {
      case DoubleValue(double number) -> out.putDouble(number);
      case Int64Value(long number) -> out.putLong(number);
      case BoolValue(boolean truth) -> out.put((byte) (truth ? 1 : 0));
      case StringValue _ -> out.putInt(text.length).put(text);
    }
  }

  /// Hands every value of a row to the sink.
  public static void unpack(FeatureSchema schema, byte[] packed, ValueSink sink) {
    int at = bitmapSize(schema);
    for (int i = 0; i < schema.size(); i++) {
      if ((packed[i >> 3] & 1 << (i & 7)) == 0) {
        sink.absent(i);
      } else {
        at = unpackOne(schema, i, packed, at, sink);
      }
    }
  }

  private static int unpackOne(
      FeatureSchema schema, int position, byte[] packed, int at, ValueSink sink) {
    return switch (schema.type(position)) {
      case DOUBLE -> {
        sink.number(position, Double.longBitsToDouble((long) LONG.get(packed, at)));
        yield at + Long.BYTES;
      }
      case INT64 -> {
        sink.number(position, (double) (long) LONG.get(packed, at));
        yield at + Long.BYTES;
      }
      case BOOL -> {
        sink.number(position, packed[at]);
        yield at + 1;
      }
      case STRING -> {
        int length = (int) INT.get(packed, at);
        sink.text(position, packed, at + Integer.BYTES, length);
        yield at + Integer.BYTES + length;
      }
    };
  }

  private static int bitmapSize(FeatureSchema schema) {
    return (schema.size() + 7) >> 3;
  }
}
