package io.penstock.oip.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.penstock.oip.json.JsonWriter;
import java.util.Base64;
import java.util.List;

/// Writes messages as JSON. Fields without presence are always there.
final class MessageWriter {

  /// The one setting of traces that has several values; Triton's clients expect a list.
  private static final String ALWAYS_A_LIST = "trace_level";

  private final JsonWriter out;

  MessageWriter(JsonWriter out) {
    this.out = out;
  }

  void message(Message message) {
    var scalar = Choices.chosen(message);
    if (scalar.isPresent()) {
      value(message.getField(scalar.get()), scalar.get());
      return;
    }
    out.beginObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!field.hasPresence() || message.hasField(field)) {
        out.name(field.getName());
        field(message, field);
      }
    }
    out.endObject();
  }

  /// The value of one field.
  void field(Message message, FieldDescriptor field) {
    if (field.isMapField()) {
      out.beginObject();
      entries(message, field);
      out.endObject();
    } else if (field.isRepeated()) {
      list((List<?>) message.getField(field), field);
    } else {
      value(message.getField(field), field);
    }
  }

  /// The entries of a map as members of the object that is open.
  void entries(Message message, FieldDescriptor map) {
    FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = map.getMessageType().findFieldByNumber(2);
    for (Object each : (List<?>) message.getField(map)) {
      Message entry = (Message) each;
      String name = String.valueOf(entry.getField(key));
      out.name(name);
      if (value.getJavaType() == JavaType.MESSAGE && Choices.isTextList(value.getMessageType())) {
        texts((Message) entry.getField(value), name.equals(ALWAYS_A_LIST));
      } else {
        value(entry.getField(value), value);
      }
    }
  }

  /// One text stands for itself, as most settings have one only.
  private void texts(Message message, boolean always) {
    FieldDescriptor field = message.getDescriptorForType().getFields().getFirst();
    List<?> texts = (List<?>) message.getField(field);
    if (texts.size() == 1 && !always) {
      value(texts.getFirst(), field);
    } else {
      list(texts, field);
    }
  }

  /// The values of a map, without their keys.
  void values(Message message, FieldDescriptor map) {
    FieldDescriptor value = map.getMessageType().findFieldByNumber(2);
    out.beginArray();
    for (Object entry : (List<?>) message.getField(map)) {
      value(((Message) entry).getField(value), value);
    }
    out.endArray();
  }

  private void list(List<?> values, FieldDescriptor field) {
    out.beginArray();
    values.forEach(value -> value(value, field));
    out.endArray();
  }

  private void value(Object value, FieldDescriptor field) {
    switch (value) {
      case Message message -> message(message);
      case EnumValueDescriptor constant -> out.value(constant.getName());
      case ByteString bytes -> out.value(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Boolean flag -> out.value(flag);
      case String text -> out.value(text);
      case Long number -> {
        if (isUnsigned(field)) {
          out.unsigned(number);
        } else {
          out.value(number);
        }
      }
      case Integer number -> out.value(isUnsigned(field) ? Integer.toUnsignedLong(number) : number);
      case Float number -> out.value(number);
      case Double number -> out.value(number);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }
}
