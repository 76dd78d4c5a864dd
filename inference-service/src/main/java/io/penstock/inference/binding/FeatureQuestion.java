package io.penstock.inference.binding;

import java.time.Instant;
import java.util.List;

/// What a request needs to know of feature-service.
///
/// @param asOf the time that values must be fresh at
public record FeatureQuestion(List<Part> parts, Instant asOf) {

  /// Features of one view for one key a row.
  record Part(String view, List<String> features, List<String> keys) {}

  public FeatureQuestion {
    parts = List.copyOf(parts);
  }
}
