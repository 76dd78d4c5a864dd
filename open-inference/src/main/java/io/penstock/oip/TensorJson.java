package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.oip.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes the values of a raw tensor as the items of a JSON array.
final class TensorJson {

  private TensorJson() {}

  static void write(Datatype type, ByteString raw, JsonWriter out) {
    ByteBuffer in = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      value(type, in, out);
    }
  }

  private static void value(Datatype type, ByteBuffer in, JsonWriter out) {
    switch (type) {
      case FP32 -> out.value(in.getFloat());
      case FP64 -> out.value(in.getDouble());
      case INT8 -> out.value(in.get());
      case INT16 -> out.value(in.getShort());
      case INT32 -> out.value(in.getInt());
      case INT64 -> out.value(in.getLong());
      case UINT8 -> out.value(Byte.toUnsignedInt(in.get()));
      case UINT16 -> out.value(Short.toUnsignedInt(in.getShort()));
      case UINT32 -> out.value(Integer.toUnsignedLong(in.getInt()));
      case UINT64 -> out.unsigned(in.getLong());
      case BOOL -> out.value(in.get() != 0);
      case BYTES -> text(in, out);
      case FP16, BF16 -> throw new IllegalArgumentException(type + " has no JSON form");
    }
  }

  private static void text(ByteBuffer in, JsonWriter out) {
    byte[] text = new byte[in.getInt()];
    in.get(text);
    out.utf8(text, 0, text.length);
  }
}
