package io.penstock.registry.mlflow;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/// Values as Python writes them: MLflow's messages hold them so, and clients compare messages.
final class PythonText {

  private PythonText() {}

  /// `json.dumps`: everything beyond ASCII is escaped.
  static String json(String text) {
    var json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      json.append(json(text.charAt(i)));
    }
    return json.append('"').toString();
  }

  private static String json(char character) {
    return switch (character) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default ->
          character < ' ' || character > '~'
              ? "\\u%04x".formatted((int) character)
              : String.valueOf(character);
    };
  }

  /// `repr` of a list of texts.
  static String list(List<String> texts) {
    return texts.stream().map(TextLimits::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /// `repr` of a float.
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      return exponential(Double.toString(value));
    }
    var plain = new BigDecimal(Double.toString(value)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  // From 1.0E-5 to 1e-05, from 1.5E20 to 1.5e+20.
  private static String exponential(String java) {
    var parts = java.split("E");
    int exponent = Integer.parseInt(parts[1]);
    return "%se%s%02d"
        .formatted(
            parts[0].replaceFirst("\\.0$", ""), exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
