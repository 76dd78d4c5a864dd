package io.penstock.registry.version;

import java.util.Locale;

/// How far a version has come. Every step up leads through the gate of the stage it leads to;
/// archiving is open to every version that no release needs, and final.
public enum Stage {
  /// Registered; serves nobody.
  NONE,
  STAGING,
  /// May be released.
  PRODUCTION,
  ARCHIVED;

  /// Whether a promotion may lead from here to the target.
  public boolean promotesTo(Stage target) {
    return switch (this) {
      case NONE -> target == STAGING || target == PRODUCTION;
      case STAGING -> target == PRODUCTION;
      case PRODUCTION, ARCHIVED -> false;
    };
  }

  /// Whether a version comes here through a gate only.
  public boolean hasGate() {
    return this == STAGING || this == PRODUCTION;
  }

  /// As MLflow writes it.
  public String title() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /// As policies and messages write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
