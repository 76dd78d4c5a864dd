package io.penstock.oip.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonNumber;
import io.penstock.oip.json.JsonReader;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads messages from JSON; what is wrong is refused with the path of the field.
final class MessageReader {

  private static final int MOST_DEPTH = 32;

  private final JsonReader in;

  MessageReader(JsonReader in) {
    this.in = in;
  }

  /// Reads the members of an object into a message.
  ///
  /// @param rest the map that takes members which are no fields; empty where they are refused
  /// @param path how errors call the message; empty, or with a dot at its end
  void object(Message.Builder to, Optional<FieldDescriptor> rest, String path, int depth) {
    if (depth > MOST_DEPTH) {
      throw InvalidArguments.of(path, "nested deeper than " + MOST_DEPTH);
    }
    if (in.takeNull() || !in.beginObject()) {
      return;
    }
    do {
      String name = in.name();
      FieldDescriptor field = field(to.getDescriptorForType(), name);
      if (field != null) {
        member(to, field, path + name, depth);
      } else {
        entry(to, rest.orElseThrow(() -> unknown(to, path + name)), name, path + name, depth);
      }
    } while (in.moreMembers());
  }

  private static RuntimeException unknown(Message.Builder to, String path) {
    Set<String> names =
        to.getDescriptorForType().getFields().stream()
            .map(FieldDescriptor::getName)
            .collect(Collectors.toSet());
    return InvalidArguments.of(path, "unknown field (expected: one of %s)".formatted(names));
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String name) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(name) || field.getJsonName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private void member(Message.Builder to, FieldDescriptor field, String path, int depth) {
    if (in.takeNull()) {
      return;
    }
    if (field.isMapField()) {
      map(to, field, path, depth);
    } else if (field.isRepeated()) {
      list(to, field, path, depth);
    } else {
      to.setField(field, value(to, field, path, depth));
    }
  }

  private void map(Message.Builder to, FieldDescriptor field, String path, int depth) {
    if (in.beginObject()) {
      do {
        String key = in.name();
        entry(to, field, key, path + "." + key, depth);
      } while (in.moreMembers());
    }
  }

  private void entry(Message.Builder to, FieldDescriptor map, String key, String path, int depth) {
    Message.Builder entry = to.newBuilderForField(map);
    Descriptor type = map.getMessageType();
    entry.setField(type.findFieldByNumber(1), key);
    FieldDescriptor value = type.findFieldByNumber(2);
    if (!in.takeNull()) {
      entry.setField(value, value(entry, value, path, depth));
    } else if (value.getJavaType() == JavaType.MESSAGE) {
      // A null clears a setting: an entry without a value says so.
      entry.setField(value, entry.newBuilderForField(value).build());
    }
    to.addRepeatedField(map, entry.build());
  }

  private void list(Message.Builder to, FieldDescriptor field, String path, int depth) {
    if (in.beginArray()) {
      do {
        to.addRepeatedField(field, value(to, field, path, depth));
      } while (in.moreItems());
    }
  }

  private Object value(Message.Builder owner, FieldDescriptor field, String path, int depth) {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(owner.newBuilderForField(field), path, depth);
      case ENUM -> constant(field, path);
      default -> scalar(field, path);
    };
  }

  private Message message(Message.Builder to, String path, int depth) {
    Descriptor type = to.getDescriptorForType();
    if (Choices.isTextList(type) && in.peek() != '{') {
      texts(to, type.getFields().getFirst(), path);
    } else if (Choices.isChoice(type) && in.peek() != '{') {
      FieldDescriptor field = choice(type, path);
      to.setField(field, scalar(field, path));
    } else {
      object(to, Optional.empty(), path + ".", depth + 1);
    }
    return to.build();
  }

  /// One text or several; a number stands for its digits.
  private void texts(Message.Builder to, FieldDescriptor field, String path) {
    if (in.peek() != '[') {
      to.addRepeatedField(field, text(path));
    } else if (in.beginArray()) {
      do {
        to.addRepeatedField(field, text(path));
      } while (in.moreItems());
    }
  }

  private String text(String path) {
    if (in.isNumber()) {
      return in.number().toString();
    }
    requireKind(in.peek() == '"', path, "a string");
    return in.string();
  }

  /// The field of a choice that fits the value that comes next.
  private FieldDescriptor choice(Descriptor type, String path) {
    return type.getFields().stream()
        .filter(field -> fits(field.getJavaType()))
        .findFirst()
        .orElseThrow(
            () -> InvalidArguments.of(path, in.kind() + " (expected: a plain value of its kind)"));
  }

  private boolean fits(JavaType type) {
    return switch (type) {
      case BOOLEAN -> in.isBoolean();
      case STRING -> in.peek() == '"';
      case INT, LONG, FLOAT, DOUBLE -> in.isNumber();
      case BYTE_STRING, ENUM, MESSAGE -> false;
    };
  }

  private EnumValueDescriptor constant(FieldDescriptor field, String path) {
    EnumValueDescriptor constant;
    if (in.isNumber()) {
      int number = (int) integer(path, Integer.MIN_VALUE, Integer.MAX_VALUE);
      constant = field.getEnumType().findValueByNumber(number);
    } else {
      requireKind(in.peek() == '"', path, "a name");
      constant = field.getEnumType().findValueByName(in.string());
    }
    if (constant == null) {
      throw InvalidArguments.of(
          path, "unknown (expected: one of %s)".formatted(field.getEnumType().getValues()));
    }
    return constant;
  }

  private Object scalar(FieldDescriptor field, String path) {
    return switch (field.getType()) {
      case BOOL -> {
        requireKind(in.isBoolean(), path, "true or false");
        yield in.bool();
      }
      case STRING -> {
        requireKind(in.peek() == '"', path, "a string");
        yield in.string();
      }
      case BYTES -> bytes(path);
      case INT32, SINT32, SFIXED32 -> (int) integer(path, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32, FIXED32 -> (int) integer(path, 0, 0xFFFF_FFFFL);
      case INT64, SINT64, SFIXED64 -> integer(path, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT64, FIXED64 -> unsigned(path);
      case FLOAT -> number(path).toFloat();
      case DOUBLE -> number(path).toDouble();
      case GROUP, MESSAGE, ENUM -> throw new IllegalStateException(path + " is no scalar");
    };
  }

  private ByteString bytes(String path) {
    requireKind(in.peek() == '"', path, "a string");
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(in.string()));
    } catch (IllegalArgumentException e) {
      throw InvalidArguments.of(path, "no base64");
    }
  }

  private long integer(String path, long least, long most) {
    try {
      return number(path).toLong(least, most);
    } catch (NumberFormatException e) {
      throw InvalidArguments.of(path, String.valueOf(e.getMessage()));
    }
  }

  private long unsigned(String path) {
    try {
      return number(path).toUnsignedLong();
    } catch (NumberFormatException e) {
      throw InvalidArguments.of(path, String.valueOf(e.getMessage()));
    }
  }

  private JsonNumber number(String path) {
    requireKind(in.isNumber(), path, "a number");
    return in.number();
  }

  private void requireKind(boolean right, String path, String expected) {
    if (!right) {
      throw InvalidArguments.of(path, "%s (expected: %s)".formatted(in.kind(), expected));
    }
  }
}
