package io.penstock.inference.serving;

import java.util.Locale;

/// The part of a release that a version plays.
public enum Variant {
  PRIMARY,
  CANARY,
  /// Gets copies; its answers are for nobody but the prediction events.
  SHADOW,
  /// Stands in for another version whose breaker is open, or that could not be loaded.
  FALLBACK;

  /// As callers read it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
