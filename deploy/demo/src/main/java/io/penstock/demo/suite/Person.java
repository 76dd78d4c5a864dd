package io.penstock.demo.suite;

import java.util.Locale;

/// Who acts in the story. Each has a token of their own, in a file of that name.
public enum Person {
  /// Data scientist and author of the model.
  ADA,
  /// Approves what others made.
  GRACE,
  /// The application that asks for predictions.
  APP,
  /// Keeps the suite running.
  OPERATOR,
  /// Trusts nobody.
  AUDITOR;

  String tokenFile() {
    return name().toLowerCase(Locale.ROOT) + ".jwt";
  }
}
