package io.penstock.inference.release;

import io.penstock.inference.binding.BindingSpec;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionName;
import java.util.List;
import java.util.Optional;

/// How the registry wants the traffic of one model split.
public record WantedRelease(String model, long revision, List<WantedTarget> targets) {

  public WantedRelease {
    targets = List.copyOf(targets);
  }

  boolean isFromRegistry() {
    return revision > 0;
  }

  /// One version in the split.
  public record WantedTarget(WantedVersion version, Variant variant, int percent) {}

  /// What it takes to load a version.
  ///
  /// @param artifact `artifacts/{sha256}`; empty for what has none
  public record WantedVersion(
      VersionName name, String artifact, Optional<BindingSpec> binding, VersionConfig config) {}
}
