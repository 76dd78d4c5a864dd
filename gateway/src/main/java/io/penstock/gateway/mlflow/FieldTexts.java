package io.penstock.gateway.mlflow;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Optional;

/// Values of fields from texts: a string or a number in JSON, a parameter of a query, a part of a
/// path. Each is empty where the text is no such value.
final class FieldTexts {

  /// Up to here a floating-point number is every integer.
  private static final double EXACT = 1L << 53;

  private FieldTexts() {}

  static Optional<Object> value(FieldDescriptor field, String text) {
    return switch (field.getJavaType()) {
      case STRING -> string(text);
      case LONG -> integer(text).map(Object.class::cast);
      case INT -> integer(text).filter(it -> it == it.intValue()).map(Long::intValue);
      case DOUBLE -> number(text).map(Object.class::cast);
      case BOOLEAN -> truth(text);
      case ENUM -> constant(field.getEnumType(), text).map(Object.class::cast);
      case FLOAT, BYTE_STRING, MESSAGE ->
          throw new IllegalStateException("no text of " + field.getFullName());
    };
  }

  /// Characters that no store of text takes make a text none.
  static Optional<Object> string(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == 0) {
        return Optional.empty();
      }
      if (Character.isSurrogate(character)) {
        if (!Character.isHighSurrogate(character)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return Optional.empty();
        }
        i++;
      }
    }
    return Optional.of(text);
  }

  private static Optional<Long> integer(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException noDigits) {
      return number(text).filter(FieldTexts::isExact).map(Double::longValue);
    }
  }

  private static boolean isExact(double number) {
    return number == Math.rint(number) && Math.abs(number) <= EXACT;
  }

  /// Infinity has to be written as such; a number too large for a double is none.
  private static Optional<Double> number(String text) {
    return switch (text) {
      case "NaN" -> Optional.of(Double.NaN);
      case "Infinity", "inf" -> Optional.of(Double.POSITIVE_INFINITY);
      case "-Infinity", "-inf" -> Optional.of(Double.NEGATIVE_INFINITY);
      default -> isDecimal(text) ? decimal(text).filter(Double::isFinite) : Optional.empty();
    };
  }

  // Java reads more than decimals: hexadecimal digits, white space around, a type's letter behind.
  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if ((character < '0' || character > '9') && "+-.eE".indexOf(character) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Double> decimal(String text) {
    try {
      return Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> truth(String text) {
    if (text.equalsIgnoreCase("true")) {
      return Optional.of(true);
    }
    return text.equalsIgnoreCase("false") ? Optional.of(false) : Optional.empty();
  }

  /// By name or by number. The first constant only says that there is none.
  private static Optional<EnumValueDescriptor> constant(EnumDescriptor type, String text) {
    EnumValueDescriptor named = type.findValueByName(text);
    Optional<EnumValueDescriptor> constant =
        named != null
            ? Optional.of(named)
            : integer(text)
                .filter(it -> it == it.intValue())
                .map(it -> type.findValueByNumber(it.intValue()));
    return constant.filter(it -> it.getNumber() != 0);
  }
}
