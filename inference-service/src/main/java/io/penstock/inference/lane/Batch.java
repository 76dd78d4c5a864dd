package io.penstock.inference.lane;

import java.util.List;

/// What a runner does next.
///
/// @param jobs run together; may be empty
/// @param expired too late; to be told so, never to be run
/// @param reason why this batch, at this size, now
record Batch<T>(List<T> jobs, List<T> expired, DispatchReason reason) {

  boolean isEmpty() {
    return jobs.isEmpty() && expired.isEmpty();
  }

  Batch<T> because(DispatchReason other) {
    return new Batch<>(jobs, expired, other);
  }
}
