package io.penstock.inference.lane;

/// Hears of every run of a lane's model that gave answers. Called on the lane's threads.
@FunctionalInterface
public interface RunListener {

  void ran(int requests, int rows, long computeNanos, DispatchReason reason);
}
