package io.penstock.monitoring.judge;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.canary.BanditJudge;
import io.penstock.monitoring.canary.CanaryJudge;
import io.penstock.monitoring.drift.DriftJudge;
import io.penstock.monitoring.performance.PerformanceJudge;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.window.Activity;
import io.penstock.monitoring.window.ActivityRepository;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Goes through the versions every few seconds: drift where a window has closed, performance where
/// events came, and all canaries. Any number of replicas may do so; the judges themselves make sure
/// that each judgement happens once.
@Singleton
final class JudgeRounds {

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  /// What was seen of a version in an earlier round; a new process has seen nothing and looks at
  /// everything.
  private record Seen(Instant latest, Instant closedUntil) {}

  private final MonitoringConfig config;
  private final ActivityRepository activities;
  private final MonitoredVersions versions;
  private final DriftJudge drift;
  private final PerformanceJudge performance;
  private final CanaryJudge canaries;
  private final BanditJudge bandits;
  private final Clock clock;
  private final Map<Integer, Seen> seen = new HashMap<>();
  private @Nullable BackgroundLoop loop;

  JudgeRounds(
      MonitoringConfig config,
      ActivityRepository activities,
      MonitoredVersions versions,
      DriftJudge drift,
      PerformanceJudge performance,
      CanaryJudge canaries,
      BanditJudge bandits,
      Clock clock) {
    this.config = config;
    this.activities = activities;
    this.versions = versions;
    this.drift = drift;
    this.performance = performance;
    this.canaries = canaries;
    this.bandits = bandits;
    this.clock = clock;
  }

  @EventListener
  void started(ServiceStarted event) {
    loop = BackgroundLoop.start("monitoring rounds", BACKOFF, this::round);
  }

  @EventListener
  void stopping(ServiceStopping event) {
    if (loop != null) {
      loop.close();
    }
  }

  // Whatever one judgement stumbles over, the others still happen; the loop hears of the first
  // failure and says so.
  private Duration round() {
    var failures = new ArrayList<RuntimeException>();
    attempt(canaries::judge, failures);
    attempt(bandits::judge, failures);
    activities.all().forEach(activity -> attempt(() -> judge(activity), failures));
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return config.judgeInterval();
  }

  private static void attempt(Runnable judgement, List<RuntimeException> failures) {
    try {
      judgement.run();
    } catch (RuntimeException e) {
      failures.add(e);
    }
  }

  private void judge(Activity activity) {
    Instant until = activity.closedUntil(clock.instant(), config.grace(), config.idleClose());
    var now = new Seen(activity.latest(), Window.of(until, config.window()).start());
    var before = seen.get(activity.versionId());
    if (now.equals(before)) {
      return;
    }
    var version = versions.byId(activity.versionId());
    if (before == null || !now.closedUntil().equals(before.closedUntil())) {
      drift.judge(version, until);
    }
    performance.judge(version);
    seen.put(activity.versionId(), now);
  }
}
