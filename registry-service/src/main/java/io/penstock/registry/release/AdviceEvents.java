package io.penstock.registry.release;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Topics;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.proto.event.v1.TrafficAdvice;
import io.penstock.registry.release.ReleaseCommand.Adjust;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows monitoring's advice on canaries that are split by their rewards. Advice that comes again
/// finds its revision passed and changes nothing.
@Singleton
final class AdviceEvents {

  private static final Logger log = LoggerFactory.getLogger(AdviceEvents.class);
  private static final Principal MONITORING =
      new Principal("monitoring-service", Principal.Kind.SERVICE, Set.of("service"));

  private final EventLog events;
  private final Changes changes;
  private final ReleaseFeed feed;
  private @Nullable Subscription subscription;

  AdviceEvents(EventLog events, Changes changes, ReleaseFeed feed) {
    this.events = events;
    this.changes = changes;
    this.feed = feed;
  }

  @EventListener
  void start(ServiceStarted started) {
    subscription = events.subscribe(Topics.TRAFFIC, "registry", this::handle);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (subscription != null) {
      subscription.close();
    }
  }

  void handle(List<StoredEvent> batch) {
    batch.stream()
        .map(stored -> parse(stored.event().payload()))
        .flatMap(Optional::stream)
        .forEach(this::act);
  }

  // A message that makes no sense now never will: waiting for it would stop all that follow.
  private static Optional<TrafficAdvice> parse(byte[] payload) {
    try {
      return Optional.of(TrafficAdvice.parseFrom(payload)).filter(AdviceEvents::isSound);
    } catch (InvalidProtocolBufferException e) {
      log.error("Skipped unreadable advice: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isSound(TrafficAdvice advice) {
    boolean sound = advice.getCanaryPercent() >= 1 && advice.getCanaryPercent() <= 99;
    if (!sound) {
      log.error("Skipped advice of {} %, expected 1 to 99", advice.getCanaryPercent());
    }
    return sound;
  }

  private void act(TrafficAdvice advice) {
    var span = Span.current().getSpanContext();
    var caller =
        new Caller(MONITORING, "event/" + Topics.TRAFFIC, span.isValid() ? span.getTraceId() : "");
    caller.in(Context.current()).run(() -> changes.run(change -> act(change, advice)));
    feed.wake();
  }

  private static void act(Change change, TrafficAdvice advice) {
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
