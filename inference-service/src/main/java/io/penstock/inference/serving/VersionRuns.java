package io.penstock.inference.serving;

import io.penstock.inference.lane.RunListener;
import io.penstock.inference.lane.schedule.DispatchReason;

/// Puts down what a version's lane tells of its runs.
record VersionRuns(VersionStatistics statistics, VersionMeters meters) implements RunListener {

  @Override
  public void ran(int requests, int rows, long computeNanos, DispatchReason reason) {
    statistics.ran(rows, computeNanos);
    meters.ran(rows, reason);
  }

  @Override
  public void held(long heldNanos, long expectedNanos) {
    meters.held(heldNanos, expectedNanos);
  }
}
