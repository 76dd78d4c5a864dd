package io.penstock.registry.stage;

import java.util.Optional;

/// Why a version moves between stages, on whose word and on which evidence.
///
/// @param promotion id of the attempt that passed the gate; empty where the move needs none
/// @param gateDecision name of the gate's decision; empty where none was asked
public record Reason(
    Cause cause, Optional<Long> promotion, String gateDecision, String comment, String by) {

  /// What makes versions move.
  public enum Cause {
    /// It passed a gate.
    PROMOTION,
    /// Somebody took it back to no stage.
    TRANSITION,
    /// Another version came to its stage.
    REPLACEMENT,
    ARCHIVAL,
    /// Its date had come.
    RETIREMENT,
    DELETION
  }

  /// A move that leads through no gate.
  public static Reason of(Cause cause, String comment, String by) {
    return new Reason(cause, Optional.empty(), "", comment, by);
  }

  public static Reason passed(long promotion, String gateDecision, String comment, String by) {
    return new Reason(Cause.PROMOTION, Optional.of(promotion), gateDecision, comment, by);
  }
}
