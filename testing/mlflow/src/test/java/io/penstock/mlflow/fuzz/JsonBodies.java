package io.penstock.mlflow.fuzz;

import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes requests as JSON bodies: as the contract has them, then odd in some place.
final class JsonBodies {

  private static final List<String> OTHER_VALUES =
      List.of("null", "true", "false", "{}", "[]", "[[]]", "{\"a\":{\"b\":[1,{}]}}", "\"\"");

  private static final int DEEPEST = 4;

  private final Values values;

  JsonBodies(Values values) {
    this.values = values;
  }

  byte[] body(Descriptor type, Chance chance) {
    byte[] body = text(type, chance).getBytes(StandardCharsets.UTF_8);
    return chance.oneIn(6) ? broken(body, chance) : body;
  }

  private String text(Descriptor type, Chance chance) {
    return switch (chance.below(60)) {
      case 0 -> "";
      case 1 -> "[".repeat(100_000);
      case 2 -> "{\"a\":".repeat(60_000);
      case 3 -> new JsonPrimitive(message(type, chance, 0)).toString();
      case 4 -> chance.of(OTHER_VALUES);
      default -> message(type, chance, 0);
    };
  }

  private String message(Descriptor type, Chance chance, int depth) {
    var text = new StringBuilder("{");
    for (var field : type.getFields()) {
      // What is left out is missing only now and then: the other checks come after that one.
      if (!chance.oneIn(values.isRequired(field) ? 30 : 3)) {
        entry(text, field, chance, depth);
        if (chance.oneIn(60)) {
          entry(text, field, chance, depth);
        }
      }
    }
    if (chance.oneIn(20)) {
      text.append(text.length() > 1 ? "," : "").append("\"unknown\":{\"a\":[1,\"x\",null]}");
    }
    return text.append('}').toString();
  }

  private void entry(StringBuilder text, FieldDescriptor field, Chance chance, int depth) {
    text.append(text.length() > 1 ? "," : "")
        .append(quoted(chance.oneIn(10) ? field.getJsonName() : field.getName()))
        .append(':')
        .append(field.isRepeated() ? list(field, chance, depth) : value(field, chance, depth));
  }

  private String list(FieldDescriptor field, Chance chance, int depth) {
    if (chance.oneIn(30)) {
      return value(field, chance, depth);
    }
    int count = chance.oneIn(80) ? 10_000 : chance.below(4);
    if (count > 100) {
      var value = value(field, chance, DEEPEST);
      // A hundred megabytes are another test's.
      return "[" + ((value.length() < 100 ? value : "1") + ",").repeat(count - 1) + "null]";
    }
    var text = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(value(field, chance, depth));
    }
    return text.append(']').toString();
  }

  private String value(FieldDescriptor field, Chance chance, int depth) {
    if (chance.oneIn(25)) {
      return chance.of(OTHER_VALUES);
    }
    if (chance.oneIn(25)) {
      return quoted(OddValues.text(chance));
    }
    if (chance.oneIn(40)) {
      return OddValues.number(chance);
    }
    return field.getJavaType() == JavaType.MESSAGE
        ? depth >= DEEPEST ? "{}" : message(field.getMessageType(), chance, depth + 1)
        : scalar(field, chance);
  }

  private String scalar(FieldDescriptor field, Chance chance) {
    return switch (field.getJavaType()) {
      case INT, LONG, FLOAT, DOUBLE ->
          chance.oneIn(5) ? OddValues.number(chance) : Long.toString(chance.below(2_000));
      case BOOLEAN -> chance.oneIn(2) ? "true" : "false";
      case ENUM -> quoted(constant(field.getEnumType().getValues(), chance));
      case STRING, BYTE_STRING, MESSAGE -> quoted(values.text(field, chance));
    };
  }

  private static String constant(List<EnumValueDescriptor> constants, Chance chance) {
    return chance.of(constants).getName();
  }

  /// Halves of pairs as escapes: in UTF-8 there are none.
  private static String quoted(String text) {
    var json = new StringBuilder();
    new JsonPrimitive(text)
        .toString()
        .chars()
        .forEach(
            unit ->
                json.append(
                    Character.isSurrogate((char) unit)
                        ? "\\u%04x".formatted(unit)
                        : String.valueOf((char) unit)));
    return json.toString();
  }

  private static byte[] broken(byte[] body, Chance chance) {
    int at = chance.below(body.length + 1);
    return switch (chance.below(6)) {
      case 0 -> Arrays.copyOf(body, at);
      case 1 -> joined(body, chance.bytes(1 + chance.below(30)));
      case 2 -> joined(Arrays.copyOf(body, at), chance.bytes(20));
      case 3 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      case 4 -> joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, body);
      default -> flipped(body, chance);
    };
  }

  private static byte[] flipped(byte[] body, Chance chance) {
    byte[] copy = body.clone();
    for (int i = chance.below(4); i >= 0 && copy.length > 0; i--) {
      copy[chance.below(copy.length)] ^= (byte) (1 << chance.below(8));
    }
    return copy;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
