package io.penstock.inference.binding;

/// Where one column of a bound input comes from.
sealed interface BoundColumn {

  String name();

  /// The caller sends it.
  record Sent(String name) implements BoundColumn {}

  /// feature-service knows it.
  record LookedUp(String name, String view, String feature, String entityInput)
      implements BoundColumn {}
}
