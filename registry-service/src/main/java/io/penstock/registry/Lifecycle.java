package io.penstock.registry;

import java.util.Locale;

/// Whether a thing is there, or deleted and can still be restored.
public enum Lifecycle {
  ACTIVE,
  DELETED;

  /// As it is stored, and called on the wire of MLflow.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Lifecycle of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
