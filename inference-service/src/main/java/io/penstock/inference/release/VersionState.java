package io.penstock.inference.release;

import io.penstock.inference.serving.VersionName;

/// Where a version stands that is not, or no longer, in force.
public record VersionState(VersionName version, Phase phase, String reason) {

  /// What is happening to it.
  public enum Phase {
    LOADING,
    DRAINING,
    FAILED,
    /// Taken out by an operator; the reason says by whom.
    UNLOADED
  }
}
