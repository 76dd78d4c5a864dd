package io.penstock.inference.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides what a lane takes in and what runs next. Pure: knows no thread, no clock and no model;
/// told the time, it answers.
///
/// - The most urgent request goes first, with whatever can run with it.
/// - A request whose deadline has come is handed out as expired and never to be run.
/// - Nothing waits for company: what is queued when a runner asks is the batch. So batches grow
///   exactly while runners are busy.
/// - Shadow copies have a small queue of their own and run only when no request waits.
final class BatchScheduler<T extends Waiting> {

  private final int maxBatchRows;
  private final DeadlineQueue<T> requests;
  private final DeadlineQueue<T> shadows;

  BatchScheduler(int maxBatchRows, int maxRequests, long maxBytes, int maxShadows) {
    this.maxBatchRows = maxBatchRows;
    this.requests = new DeadlineQueue<>(maxRequests, maxBytes);
    this.shadows = new DeadlineQueue<>(maxShadows, maxBytes / 4);
  }

  /// Takes a job in, or says what limit keeps it out.
  Optional<String> offer(T job) {
    var queue = queueOf(job);
    var limit = queue.limitAgainst(job);
    if (limit.isEmpty()) {
      queue.add(job);
    }
    return limit;
  }

  /// The next batch for a runner that is free now.
  ///
  /// @param quiet whether shadow copies may run
  Batch<T> next(long now, boolean quiet) {
    var expired = expire(now);
    var jobs = requests.removeBatch(maxBatchRows);
    if (jobs.isEmpty() && quiet) {
      jobs = shadows.removeBatch(maxBatchRows);
    }
    return new Batch<>(jobs, expired, isFull(jobs) ? DispatchReason.FULL : DispatchReason.BACKLOG);
  }

  /// Takes out what is too late.
  List<T> expire(long now) {
    var expired = new ArrayList<>(requests.removeExpired(now));
    expired.addAll(shadows.removeExpired(now));
    return expired;
  }

  /// Takes a job out that nobody wants any more; false where a runner already has it.
  boolean remove(T job) {
    return queueOf(job).remove(job);
  }

  boolean isEmpty() {
    return requests.isEmpty() && shadows.isEmpty();
  }

  boolean hasRequests() {
    return !requests.isEmpty();
  }

  int queuedRequests() {
    return requests.size();
  }

  int queuedRows() {
    return requests.rows() + shadows.rows();
  }

  private DeadlineQueue<T> queueOf(T job) {
    return job.isShadow() ? shadows : requests;
  }

  private boolean isFull(List<T> jobs) {
    return jobs.stream().mapToInt(Waiting::rows).sum() >= maxBatchRows;
  }
}
