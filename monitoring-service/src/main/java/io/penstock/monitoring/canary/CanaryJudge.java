package io.penstock.monitoring.canary;

import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.monitoring.canary.CanaryDecision.Outcome;
import io.penstock.monitoring.version.MonitoredVersions;
import io.penstock.monitoring.window.QualityRepository;
import io.penstock.monitoring.window.TrafficRepository;
import io.penstock.monitoring.window.Variant;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at every canary that is undecided, and pronounces at most one verdict on each revision of
/// its release.
@Singleton
public final class CanaryJudge {

  private static final Logger log = LoggerFactory.getLogger(CanaryJudge.class);

  private final Changes changes;
  private final CanaryRepository canaries;
  private final VerdictRepository verdicts;
  private final MonitoredVersions versions;
  private final TrafficRepository traffic;
  private final QualityRepository quality;

  CanaryJudge(
      Changes changes,
      CanaryRepository canaries,
      VerdictRepository verdicts,
      MonitoredVersions versions,
      TrafficRepository traffic,
      QualityRepository quality) {
    this.changes = changes;
    this.canaries = canaries;
    this.verdicts = verdicts;
    this.versions = versions;
    this.traffic = traffic;
    this.quality = quality;
  }

  public void judge() {
    canaries.undecided().forEach(this::judge);
  }

  private void judge(RunningCanary canary) {
    int canaryId = versions.observed(canary.canary()).id();
    int primaryId = versions.observed(canary.primary()).id();
    changes.run(
        change -> {
          var ours = evidence(change.handle(), canaryId, Variant.CANARY, canary);
          var theirs = evidence(change.handle(), primaryId, Variant.PRIMARY, canary);
          var age = Duration.between(canary.startedAt(), change.time());
          var decision = CanaryDecision.decide(canary.criteria(), ours, theirs, age);
          if (decision.outcome() != Outcome.WAIT) {
            pronounce(change, new Verdict(canary, decision, change.time()));
          }
        });
  }

  private Evidence evidence(Handle handle, int version, Variant variant, RunningCanary canary) {
    return new Evidence(
        traffic.since(handle, version, variant, canary.startRevision()),
        quality.since(handle, version, variant, canary.startRevision()));
  }

  private void pronounce(Change change, Verdict verdict) {
    var event = CanaryProtos.toEvent(verdict);
    if (verdicts.append(change.handle(), verdict, event.payload())) {
      change.publish(Topics.VERDICTS, event);
      log.info(
          "verdict on canary {} at revision {}: {} {}",
          verdict.canary().canary(),
          verdict.canary().revision(),
          verdict.decision().outcome(),
          verdict.decision().criteria());
    }
  }
}
