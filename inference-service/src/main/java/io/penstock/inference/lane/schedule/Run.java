package io.penstock.inference.lane.schedule;

import java.util.List;

/// What a runner does next: a batch of one version.
public final class Run<T extends Waiting> {

  private final LaneQueue<T> lane;
  private final List<T> jobs;
  private final int rows;
  private final DispatchReason reason;
  private final long started;
  private final long expected;
  private final long late;
  final boolean shadow;

  // What it was charged to its lane before it was known how long it takes.
  double charged;
  boolean excused;
  // Whether the shadow copies in it run although requests are running.
  boolean beside;

  Run(LaneQueue<T> lane, List<T> jobs, int rows, DispatchReason reason, long started) {
    this.lane = lane;
    this.jobs = jobs;
    this.rows = rows;
    this.reason = reason;
    this.started = started;
    this.expected = lane.times().mean(rows);
    this.late = lane.times().late(rows);
    this.shadow = jobs.getFirst().isShadow();
  }

  public LaneQueue<T> lane() {
    return lane;
  }

  /// Run together; at least one.
  public List<T> jobs() {
    return jobs;
  }

  public int rows() {
    return rows;
  }

  public DispatchReason reason() {
    return reason;
  }

  public long started() {
    return started;
  }

  /// How long it is expected to hold its runner, in nanoseconds; 0 where nothing is known.
  public long expectedNanos() {
    return expected;
  }

  /// What 99 of 100 such batches do not exceed.
  public long lateNanos() {
    return late;
  }

  /// Whether it no longer counts among the device's runners.
  public boolean isExcused() {
    return excused;
  }

  /// How long it will go on, as far as one can tell. One that is overdue is expected to take half
  /// again of what it has taken.
  long remaining(long now) {
    long elapsed = Math.max(0, now - started);
    if (elapsed < expected) {
      return expected - elapsed;
    }
    return elapsed < late ? (late - elapsed) / 2 : elapsed / 2;
  }
}
