package io.penstock.inference.evaluation;

import java.time.Duration;

/// How long a run may be worked on, and how long it is ours: what is to be done about it when. A
/// claim is renewed each third of its time, so that two renewals may fail before it is lost.
///
/// @param deadline when the run has taken too long
/// @param renewed when the claim was last renewed, or begun
record Tenure(long deadline, long renewed, Duration lease) {

  /// What is to be done.
  sealed interface Step {}

  /// Nothing yet.
  record Wait(Duration time) implements Step {}

  /// The claim is to be renewed.
  record Renew() implements Step {}

  /// The claim has expired: the run may be another server's.
  record Lost() implements Step {}

  /// The run has taken too long.
  record Overdue() implements Step {}

  private static final int RENEWALS = 3;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  static Tenure begin(long now, Duration lease, Duration deadline) {
    return new Tenure(now + deadline.toNanos(), now, lease);
  }

  Tenure renewed(long now) {
    return new Tenure(deadline, now, lease);
  }

  Step next(long now) {
    if (now - deadline >= 0) {
      return new Overdue();
    }
    long held = now - renewed;
    if (held >= lease.toNanos()) {
      return new Lost();
    }
    long due = lease.toNanos() / RENEWALS;
    return held >= due
        ? new Renew()
        : new Wait(Duration.ofNanos(Math.min(due - held, deadline - now)));
  }

  /// How long to wait after a renewal that failed.
  Duration retry() {
    var share = lease.dividedBy(10);
    return share.compareTo(BETWEEN_TRIES) < 0 ? share : BETWEEN_TRIES;
  }
}
