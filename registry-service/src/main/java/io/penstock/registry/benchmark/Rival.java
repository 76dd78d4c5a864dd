package io.penstock.registry.benchmark;

import io.penstock.registry.version.VersionName;
import java.util.Optional;

/// The version in production, beside which another one is measured.
final class Rival {

  private final Optional<VersionName> version;
  private final Optional<double[]> predictions;

  private Rival(Optional<VersionName> version, Optional<double[]> predictions) {
    this.version = version;
    this.predictions = predictions;
  }

  /// Nothing is in production, or the measured version is.
  static Rival none() {
    return new Rival(Optional.empty(), Optional.empty());
  }

  /// @param predictions on the same rows; empty where nobody measured it
  static Rival of(VersionName version, Optional<double[]> predictions) {
    return new Rival(Optional.of(version), predictions);
  }

  Optional<VersionName> version() {
    return version;
  }

  Optional<double[]> predictions() {
    return predictions;
  }
}
