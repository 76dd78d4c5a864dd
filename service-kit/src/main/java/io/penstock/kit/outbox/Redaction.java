package io.penstock.kit.outbox;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.penstock.proto.options.v1.AccessProto;
import java.util.List;
import java.util.Map;

/// A copy of a message that is fit for the audit log: fields marked sensitive are gone at every
/// depth, long texts and lists are cut, bytes are reduced to their beginning.
final class Redaction {

  private static final int MAX_TEXT = 512;
  private static final int MAX_BYTES = 32;
  private static final int MAX_ELEMENTS = 20;

  private Redaction() {}

  static Message of(Message message) {
    Message.Builder copy = message.newBuilderForType();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (!isSensitive(field.getKey())) {
        copy(field.getKey(), field.getValue(), copy);
      }
    }
    return copy.build();
  }

  private static boolean isSensitive(FieldDescriptor field) {
    return field.getOptions().getExtension(AccessProto.sensitive);
  }

  private static void copy(FieldDescriptor field, Object value, Message.Builder copy) {
    if (isOpaque(field)) {
      return;
    }
    if (field.isRepeated()) {
      ((List<?>) value)
          .stream()
              .limit(MAX_ELEMENTS)
              .forEach(element -> copy.addRepeatedField(field, reduced(element)));
    } else {
      copy.setField(field, reduced(value));
    }
  }

  // What an Any carries is unknown here, so whether it is sensitive is too.
  private static boolean isOpaque(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(Any.getDescriptor().getFullName());
  }

  private static Object reduced(Object value) {
    return switch (value) {
      case Message message -> of(message);
      case String text when text.length() > MAX_TEXT -> text.substring(0, MAX_TEXT) + "…";
      case ByteString bytes when bytes.size() > MAX_BYTES -> bytes.substring(0, MAX_BYTES);
      default -> value;
    };
  }
}
