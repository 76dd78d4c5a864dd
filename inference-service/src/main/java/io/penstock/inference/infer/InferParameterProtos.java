package io.penstock.inference.infer;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Parameters as clients send them: a number may come as either integer, as a whole double or in
/// decimal, a flag as a word. Those that nobody asks for are ignored.
///
/// @param path of the field that they stand in, for whoever must correct them
record InferParameterProtos(Map<String, InferParameter> parameters, String path) {

  /// Empty where it is absent.
  String text(String name) {
    var parameter = parameters.get(name);
    if (parameter == null) {
      return "";
    }
    if (!parameter.hasStringParam()) {
      throw wrong(name, "expected a string");
    }
    return parameter.getStringParam();
  }

  /// An integer within bounds.
  OptionalLong number(String name, long least, long most) {
    var parameter = parameters.get(name);
    if (parameter == null) {
      return OptionalLong.empty();
    }
    var value = integer(parameter);
    if (value == null || value < least || value > most) {
      throw wrong(name, "expected an integer, %d to %d".formatted(least, most));
    }
    return OptionalLong.of(value);
  }

  private static @Nullable Long integer(InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case INT64_PARAM -> parameter.getInt64Param();
      case UINT64_PARAM -> parameter.getUint64Param() < 0 ? null : parameter.getUint64Param();
      case STRING_PARAM -> integer(parameter.getStringParam());
      case DOUBLE_PARAM -> integer(parameter.getDoubleParam());
      case BOOL_PARAM, PARAMETERCHOICE_NOT_SET -> null;
    };
  }

  private static @Nullable Long integer(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Long integer(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53 ? (long) value : null;
  }

  boolean flag(String name) {
    var parameter = parameters.get(name);
    return parameter != null
        && truth(parameter).orElseThrow(() -> wrong(name, "expected true or false"));
  }

  private static Optional<Boolean> truth(InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> Optional.of(parameter.getBoolParam());
      case STRING_PARAM -> truthOf(parameter.getStringParam());
      case INT64_PARAM, UINT64_PARAM, DOUBLE_PARAM -> truthOf(String.valueOf(integer(parameter)));
      case PARAMETERCHOICE_NOT_SET -> Optional.empty();
    };
  }

  private static Optional<Boolean> truthOf(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> Optional.of(true);
      case "false", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /// An id, which some clients know as a number and others as a word; empty where it is absent, the
  /// number 0, or an empty word.
  String id(String name, int longest) {
    var parameter = parameters.get(name);
    if (parameter == null) {
      return "";
    }
    var id =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> number(Long.toString(parameter.getInt64Param()));
          case UINT64_PARAM -> number(Long.toUnsignedString(parameter.getUint64Param()));
          case STRING_PARAM -> parameter.getStringParam();
          case BOOL_PARAM, DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET ->
              throw wrong(name, "expected an integer or a string");
        };
    if (id.length() > longest) {
      throw wrong(name, "has %d characters, expected at most %d".formatted(id.length(), longest));
    }
    return id;
  }

  private static String number(String id) {
    return id.equals("0") ? "" : id;
  }

  /// Whether it came as text.
  boolean isText(String name) {
    var parameter = parameters.get(name);
    return parameter != null && parameter.hasStringParam();
  }

  private RuntimeException wrong(String name, String description) {
    return InvalidArguments.of(path + "." + name, description);
  }
}
