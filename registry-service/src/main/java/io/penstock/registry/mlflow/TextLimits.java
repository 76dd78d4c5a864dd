package io.penstock.registry.mlflow;

import io.penstock.registry.MlflowFailure;

/// How long texts may be, refused in MLflow's words.
final class TextLimits {

  private TextLimits() {}

  /// Refuses what is longer than MLflow takes, and NUL, which PostgreSQL cannot hold.
  static void check(String field, String text, int longest) {
    if (text.codePointCount(0, text.length()) > longest) {
      throw MlflowFailure.invalid(
          "'%s' exceeds the maximum length of %d characters".formatted(field, longest));
    }
    if (text.indexOf('\0') >= 0) {
      throw MlflowFailure.invalid("'%s' holds a NUL character".formatted(field));
    }
  }

  /// As Python shows a text: in double quotes where it holds single ones only.
  static String quoted(String text) {
    boolean single = text.contains("'");
    var plain =
        text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    if (single && !text.contains("\"")) {
      return "\"" + plain + "\"";
    }
    return "'" + plain.replace("'", "\\'") + "'";
  }
}
