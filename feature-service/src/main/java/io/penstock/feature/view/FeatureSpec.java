package io.penstock.feature.view;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One feature of a view, with what its values must satisfy.
///
/// @param min inclusive; numbers only
/// @param max inclusive; numbers only
/// @param allowed strings only; empty for any
public record FeatureSpec(
    String name,
    ValueType type,
    String description,
    boolean nullable,
    @Nullable Double min,
    @Nullable Double max,
    List<String> allowed) {

  public FeatureSpec {
    allowed = List.copyOf(allowed);
  }

  /// True if both accept the same values under the same name; what they say about themselves may
  /// differ.
  boolean acceptsSameAs(FeatureSpec other) {
    return name.equals(other.name)
        && type == other.type
        && nullable == other.nullable
        && Objects.equals(min, other.min)
        && Objects.equals(max, other.max)
        && allowed.equals(other.allowed);
  }
}
