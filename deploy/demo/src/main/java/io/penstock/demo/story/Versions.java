package io.penstock.demo.story;

/// Names of model versions.
final class Versions {

  private Versions() {}

  /// `models/flight-delay/versions/2` → `2`
  static String number(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
