package io.penstock.inference.release;

import io.penstock.inference.binding.BindingSpec;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionName;
import java.util.List;
import java.util.Optional;

/// How the traffic of one model is to be split.
///
/// @param revision of the registry's releases; 0 where another source wants it
/// @param stopped whether nothing may answer for it
public record WantedRelease(
    String model, long revision, List<WantedTarget> targets, boolean stopped) {

  public WantedRelease {
    targets = List.copyOf(targets);
  }

  boolean isFromRegistry() {
    return revision > 0;
  }

  /// Whether some version of it is made of other models.
  boolean isGraph() {
    return targets.stream()
        .anyMatch(target -> target.version().config().platform() == Platform.ENSEMBLE);
  }

  /// One version in the split.
  public record WantedTarget(WantedVersion version, Variant variant, int percent) {}

  /// What it takes to load a version.
  ///
  /// @param artifact `artifacts/{sha256}`; empty for what has none
  public record WantedVersion(
      VersionName name, String artifact, Optional<BindingSpec> binding, VersionConfig config) {

    WantedVersion withConfig(VersionConfig other) {
      return new WantedVersion(name, artifact, binding, other);
    }
  }
}
