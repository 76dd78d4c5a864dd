package io.penstock.gateway.mlflow;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/// JSON as MLflow writes it: the contract's field names, 64-bit integers as numbers, nothing for
/// what is not set. NaN and the infinities are strings, as protobuf has them.
final class JsonText {

  private JsonText() {}

  /// A message as a JSON object.
  static String of(Message message) {
    return written(out -> message(message, out));
  }

  /// An error as MLflow's clients read it.
  static String ofError(String code, String message) {
    return written(
        out -> {
          out.beginObject();
          out.name("error_code").value(code);
          out.name("message").value(message);
          out.endObject();
        });
  }

  /// A text as a JSON string.
  static String quoted(String text) {
    return written(out -> out.value(text));
  }

  private interface Body {
    void writeTo(JsonWriter out) throws IOException;
  }

  private static String written(Body body) {
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
      if (isSet(message, field)) {
        out.name(field.getName());
        field(field, message.getField(field), out);
      }
    }
    out.endObject();
  }

  private static boolean isSet(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  private static void field(FieldDescriptor field, Object value, JsonWriter out)
      throws IOException {
    if (field.isMapField()) {
      map((List<?>) value, out);
    } else if (field.isRepeated()) {
      list((List<?>) value, out);
    } else {
      value(value, out);
    }
  }

  private static void list(List<?> values, JsonWriter out) throws IOException {
    out.beginArray();
    for (Object value : values) {
      value(value, out);
    }
    out.endArray();
  }

  private static void map(List<?> entries, JsonWriter out) throws IOException {
    out.beginObject();
    for (Object each : entries) {
      Message entry = (Message) each;
      List<FieldDescriptor> fields = entry.getDescriptorForType().getFields();
      out.name(String.valueOf(entry.getField(fields.get(0))));
      value(entry.getField(fields.get(1)), out);
    }
    out.endObject();
  }

  private static void value(Object value, JsonWriter out) throws IOException {
    switch (value) {
      case Message message -> message(message, out);
      case EnumValueDescriptor constant -> out.value(constant.getName());
      case Boolean flag -> out.value(flag);
      case String text -> out.value(text);
      // Named as in Java: NaN, Infinity, -Infinity.
      case Double number when !Double.isFinite(number) -> out.value(number.toString());
      case Number number -> out.value(number);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }
}
