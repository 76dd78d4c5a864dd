package io.penstock.monitoring.drift;

import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.drift.DriftRepository.JudgedWindow;
import io.penstock.monitoring.version.MonitoredVersion;
import io.penstock.monitoring.window.ActivityRepository;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// What was judged. Asking judges first what can be: a window that event time has passed is not
/// kept waiting for its grace.
@Singleton
final class DriftReports {

  private final DriftJudge judge;
  private final DriftRepository judgements;
  private final ActivityRepository activity;
  private final MonitoringConfig config;
  private final Clock clock;

  DriftReports(
      DriftJudge judge,
      DriftRepository judgements,
      ActivityRepository activity,
      MonitoringConfig config,
      Clock clock) {
    this.judge = judge;
    this.judgements = judgements;
    this.activity = activity;
    this.config = config;
    this.clock = clock;
  }

  List<JudgedWindow> of(MonitoredVersion version, Window range) {
    activity
        .find(version.id())
        .map(seen -> seen.closedUntil(clock.instant(), Duration.ZERO, config.idleClose()))
        .ifPresent(until -> judge.judge(version, until));
    return judgements.find(version.id(), range);
  }
}
