package io.penstock.inference.routing;

import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.Variant;

/// A loaded version and its part in a release.
///
/// @param percent share of the requests, for a shadow of the copies; 0 for a fallback
public record Target(ServedVersion version, Variant variant, int percent) {

  Target as(Variant other) {
    return new Target(version, other, percent);
  }
}
