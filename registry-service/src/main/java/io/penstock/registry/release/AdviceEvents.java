package io.penstock.registry.release;

import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.proto.event.v1.TrafficAdvice;
import io.penstock.registry.release.ReleaseCommand.Adjust;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows monitoring's advice on canaries that are split by their rewards. Advice that comes again
/// finds its revision passed and changes nothing.
@Singleton
final class AdviceEvents extends MonitoringEvents<TrafficAdvice> {

  private static final Logger log = LoggerFactory.getLogger(AdviceEvents.class);

  AdviceEvents(EventLog events, Changes changes, ReleaseFeed feed) {
    super(Topics.TRAFFIC, TrafficAdvice.parser(), events, changes, feed);
  }

  @Override
  boolean isSound(TrafficAdvice advice) {
    boolean sound = advice.getCanaryPercent() >= 1 && advice.getCanaryPercent() <= 99;
    if (!sound) {
      log.error("Skipped advice of {} %, expected 1 to 99", advice.getCanaryPercent());
    }
    return sound;
  }

  @Override
  void act(Change change, TrafficAdvice advice) {
    // Looks under the lock that the decision will need.
    ReleaseRepository.lock(change.handle());
    var release = ReleaseRepository.find(change.handle(), advice.getModel());
    if (release.filter(current -> concerns(current, advice)).isEmpty()) {
      log.info(
          "Advice on revision {} of {} comes too late",
          advice.getReleaseRevision(),
          advice.getModel());
      return;
    }
    var command = new Adjust(advice.getCanaryPercent(), advice.getReason());
    var next =
        Releases.decide(
            change, advice.getModel(), advice.getReleaseRevision(), command, MONITORING.name());
    log.info("{} is at revision {}: {}", next.name(), next.revision(), next.reason());
  }

  private static boolean concerns(Release release, TrafficAdvice advice) {
    return release.revision() == advice.getReleaseRevision() && release.bandit().isPresent();
  }
}
