package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.DispatchReason;

/// Hears of every run of a lane's model that gave answers. Called on the device's runners, which it
/// must not hold up.
@FunctionalInterface
public interface RunListener {

  void ran(int requests, int rows, long computeNanos, DispatchReason reason);

  /// The run's answers are told, too.
  ///
  /// @param heldNanos how long it held its runner, answers included
  /// @param expectedNanos how long it was expected to; 0 where nothing was known
  default void held(long heldNanos, long expectedNanos) {}
}
