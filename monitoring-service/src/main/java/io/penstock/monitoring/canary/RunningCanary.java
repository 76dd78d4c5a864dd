package io.penstock.monitoring.canary;

import io.penstock.monitoring.version.VersionName;
import java.time.Instant;
import java.util.Optional;

/// A canary that serves beside a primary now.
///
/// @param startRevision the release revision in which the two first ran together; evidence counts
///   from there
/// @param revision the current one, which a verdict speaks of
/// @param percent the canary's share of the requests
/// @param bandit where rewards decide that share
record RunningCanary(
    VersionName canary,
    VersionName primary,
    long startRevision,
    long revision,
    Instant startedAt,
    CanaryCriteria criteria,
    int percent,
    Optional<Bandit> bandit) {

  String model() {
    return canary.model();
  }

  /// The same canary when its release moved on: a new split or new criteria do not void what it
  /// showed so far.
  RunningCanary continuing(RunningCanary before) {
    return canary.equals(before.canary) && primary.equals(before.primary)
        ? new RunningCanary(
            canary,
            primary,
            before.startRevision,
            revision,
            before.startedAt,
            criteria,
            percent,
            bandit)
        : this;
  }
}
