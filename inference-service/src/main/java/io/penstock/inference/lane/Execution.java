package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.DispatchReason;

/// How a job was executed. Times are the lane's ticker, in nanoseconds.
///
/// @param queued when the lane took it in
/// @param started when its batch began to run
/// @param finished when its batch was done
/// @param batchSize requests in the batch
/// @param batchRows rows in the batch
/// @param expectedNanos how long the batch was expected to hold its runner; 0 where nothing was
///   known
public record Execution(
    long queued,
    long started,
    long finished,
    int batchSize,
    int batchRows,
    DispatchReason reason,
    long expectedNanos) {

  public Execution(
      long queued,
      long started,
      long finished,
      int batchSize,
      int batchRows,
      DispatchReason reason) {
    this(queued, started, finished, batchSize, batchRows, reason, 0);
  }

  public long queueNanos() {
    return started - queued;
  }

  public long computeNanos() {
    return finished - started;
  }
}
