package io.penstock.monitoring.canary;

import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.window.QualityRepository;
import io.penstock.monitoring.window.Variant;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Advises the registry on the split of every canary whose share its rewards decide, as often as
/// they would change it. Used by the thread of the rounds only.
@Singleton
public final class BanditJudge {

  private static final Logger log = LoggerFactory.getLogger(BanditJudge.class);

  private record Given(long revision, int percent) {}

  private final Changes changes;
  private final CanaryRepository canaries;
  private final MonitoredVersions versions;
  private final QualityRepository quality;
  // Advice travels for a moment; a process that has forgotten what it said says it again, and that
  // changes nothing.
  private final Map<String, Given> given = new HashMap<>();

  BanditJudge(
      Changes changes,
      CanaryRepository canaries,
      MonitoredVersions versions,
      QualityRepository quality) {
    this.changes = changes;
    this.canaries = canaries;
    this.versions = versions;
    this.quality = quality;
  }

  public void judge() {
    canaries.all().forEach(canary -> canary.bandit().ifPresent(bandit -> judge(canary, bandit)));
  }

  private void judge(RunningCanary canary, Bandit bandit) {
    int canaryId = versions.observed(canary.canary()).id();
    int primaryId = versions.observed(canary.primary()).id();
    changes.run(
        change -> {
          var ours = rewards(change, canaryId, Variant.CANARY, canary, bandit);
          var theirs = rewards(change, primaryId, Variant.PRIMARY, canary, bandit);
          if (ours.count() > 0 && theirs.count() > 0) {
            advise(change, canary, ThompsonSplit.of(bandit, ours, theirs));
          }
        });
  }

  private Rewards rewards(
      Change change, int version, Variant variant, RunningCanary canary, Bandit bandit) {
    Handle handle = change.handle();
    var windows = quality.byWindowSince(handle, version, variant, canary.startRevision());
    return Rewards.of(windows, change.time(), bandit.halfLife());
  }

  private void advise(Change change, RunningCanary canary, ThompsonSplit split) {
    var advice = new Given(canary.revision(), split.percent());
    if (split.percent() == canary.percent() || advice.equals(given.get(canary.model()))) {
      return;
    }
    change.publish(Topics.TRAFFIC, CanaryProtos.toEvent(canary, split, change.time()));
    given.put(canary.model(), advice);
    log.info("advice on canary {}: {} %, {}", canary.canary(), split.percent(), split.reason());
  }
}
