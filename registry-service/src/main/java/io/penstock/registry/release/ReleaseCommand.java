package io.penstock.registry.release;

import io.penstock.registry.version.ModelVersion;
import java.util.Optional;

/// What is asked of a release.
sealed interface ReleaseCommand {

  /// Lets a version serve as the primary, as a canary with a share, or as a shadow.
  ///
  /// @param criteria for a canary only
  /// @param bandit for a canary only
  record Deploy(
      ModelVersion version,
      Variant variant,
      int percent,
      Optional<CanaryCriteria> criteria,
      Optional<Bandit> bandit)
      implements ReleaseCommand {}

  /// Makes the canary the primary.
  record PromoteCanary(String comment) implements ReleaseCommand {}

  /// Takes the canary out; without one, goes back to the former primary.
  record RollBack(String comment) implements ReleaseCommand {}

  /// Gives a canary that is split by its rewards another share.
  record Adjust(int percent, String reason) implements ReleaseCommand {}

  /// Throws the kill switch: nothing answers for the model.
  record Stop(String why) implements ReleaseCommand {}

  /// Ends a stop.
  record Resume(String comment) implements ReleaseCommand {}
}
