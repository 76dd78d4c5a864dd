package io.penstock.gateway.rest;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;

/// JSON as foreign APIs write it: field names as in the .proto, 64-bit integers as numbers.
public final class PlainJson {

  private PlainJson() {}

  /// A message as a JSON object. Fields without presence are always there.
  public static String print(Message message) {
    return printed(out -> message(message, out));
  }

  /// One field of a message as a JSON value.
  public static String print(Message message, FieldDescriptor field) {
    return printed(out -> field(message, field, out));
  }

  private interface Body {
    void writeTo(JsonWriter out) throws IOException;
  }

  private static String printed(Body body) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      body.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing a string", e);
    }
    return text.toString();
  }

  private static void message(Message message, JsonWriter out) throws IOException {
    out.beginObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!field.hasPresence() || message.hasField(field)) {
        out.name(field.getName());
        field(message, field, out);
      }
    }
    out.endObject();
  }

  private static void field(Message message, FieldDescriptor field, JsonWriter out)
      throws IOException {
    if (field.isMapField()) {
      map((List<?>) message.getField(field), out);
    } else if (field.isRepeated()) {
      list((List<?>) message.getField(field), unsigned(field), out);
    } else {
      value(message.getField(field), unsigned(field), out);
    }
  }

  private static void list(List<?> values, boolean unsigned, JsonWriter out) throws IOException {
    out.beginArray();
    for (Object value : values) {
      value(value, unsigned, out);
    }
    out.endArray();
  }

  private static void map(List<?> entries, JsonWriter out) throws IOException {
    out.beginObject();
    for (Object each : entries) {
      Message entry = (Message) each;
      List<FieldDescriptor> fields = entry.getDescriptorForType().getFields();
      out.name(String.valueOf(entry.getField(fields.get(0))));
      value(entry.getField(fields.get(1)), unsigned(fields.get(1)), out);
    }
    out.endObject();
  }

  private static void value(Object value, boolean unsigned, JsonWriter out) throws IOException {
    switch (value) {
      case Message message -> message(message, out);
      case EnumValueDescriptor constant -> out.value(constant.getName());
      case ByteString bytes -> out.value(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Boolean flag -> out.value(flag);
      case String text -> out.value(text);
      case Long number when unsigned -> out.value(new BigInteger(Long.toUnsignedString(number)));
      case Integer number when unsigned -> out.value(Integer.toUnsignedLong(number));
      case Double number when !Double.isFinite(number) -> out.nullValue();
      case Float number when !Float.isFinite(number) -> out.nullValue();
      case Number number -> out.value(number);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static boolean unsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }
}
