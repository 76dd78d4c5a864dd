package io.penstock.inference.lane;

/// How a job was executed. Times are the lane's ticker, in nanoseconds.
///
/// @param queued when the lane took it in
/// @param started when its batch began to run
/// @param finished when its batch was done
/// @param batchSize requests in the batch
/// @param batchRows rows in the batch
public record Execution(
    long queued, long started, long finished, int batchSize, int batchRows, DispatchReason reason) {

  public long queueNanos() {
    return started - queued;
  }

  public long computeNanos() {
    return finished - started;
  }
}
