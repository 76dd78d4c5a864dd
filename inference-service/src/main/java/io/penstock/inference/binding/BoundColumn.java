package io.penstock.inference.binding;

/// Where one column of a bound input comes from.
public sealed interface BoundColumn {

  String name();

  /// The caller sends it.
  record Sent(String name) implements BoundColumn {}

  /// feature-service knows it.
  ///
  /// @param entityInput the request tensor with the keys; empty: the one named as the view's entity
  record LookedUp(String name, String view, String feature, String entityInput)
      implements BoundColumn {}
}
