package io.penstock.registry.release;

import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.registry.release.ReleaseCommand.PromoteCanary;
import io.penstock.registry.release.ReleaseCommand.RollBack;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Acts on monitoring's verdicts. Each verdict counts once, and only for the very revision that it
/// judged.
@Singleton
final class VerdictEvents extends MonitoringEvents<CanaryVerdict> {

  private static final Logger log = LoggerFactory.getLogger(VerdictEvents.class);
  private static final Pattern SOUND = Pattern.compile("[A-Za-z0-9./_-]{1,200}");

  VerdictEvents(EventLog events, Changes changes, ReleaseFeed feed) {
    super(Topics.VERDICTS, CanaryVerdict.parser(), events, changes, feed);
  }

  @Override
  boolean isSound(CanaryVerdict verdict) {
    boolean sound =
        SOUND.matcher(verdict.getVerdictId()).matches()
            && SOUND.matcher(verdict.getModel()).matches();
    if (!sound) {
      log.error(
          "Skipped the verdict '{}' on '{}': expected an id and a model",
          verdict.getVerdictId(),
          verdict.getModel());
    }
    return sound;
  }

  @Override
  void act(Change change, CanaryVerdict verdict) {
    var handle = change.handle();
    if (!take(change, verdict)) {
      log.info("Verdict {} came again", verdict.getVerdictId());
      return;
    }
    var hindrance = hindrance(handle, verdict);
    if (hindrance.isPresent()) {
      log.info(
          "Verdict {} on {} is not acted upon: {}",
          verdict.getVerdictId(),
          verdict.getModel(),
          hindrance.get());
      return;
    }
    var release =
        Releases.decide(
            change,
            model(verdict),
            verdict.getReleaseRevision(),
            command(verdict),
            MONITORING.name());
    log.info("{} is at revision {}: {}", release.name(), release.revision(), release.reason());
  }

  private static boolean take(Change change, CanaryVerdict verdict) {
    return VerdictRepository.take(
        change.handle(),
        verdict.getVerdictId(),
        verdict.getModel(),
        verdict.getOutcome().name(),
        change.time());
  }

  /// Why a verdict is not acted upon, in words. Looks under the lock that the decision will need.
  private static Optional<String> hindrance(Handle handle, CanaryVerdict verdict) {
    ReleaseRepository.lock(handle);
    var release = ReleaseRepository.find(handle, model(verdict));
    if (release.isEmpty()) {
      return Optional.of("the model has no release");
    }
    return hindrance(release.get(), verdict);
  }

  private static Optional<String> hindrance(Release release, CanaryVerdict verdict) {
    if (release.revision() != verdict.getReleaseRevision()) {
      return Optional.of(
          "it judges revision %d, the release is at %d"
              .formatted(verdict.getReleaseRevision(), release.revision()));
    }
    var canary = release.playing(Variant.CANARY);
    if (canary.filter(it -> it.name().isNamedBy(verdict.getCanaryVersion())).isEmpty()) {
      return Optional.of("version %s is not the canary".formatted(verdict.getCanaryVersion()));
    }
    if (release.canary().filter(trial -> trial.criteria().automatic()).isEmpty()) {
      return Optional.of("the canary's criteria are not automatic");
    }
    return switch (verdict.getOutcome()) {
      case VERDICT_OUTCOME_PROMOTE, VERDICT_OUTCOME_ROLL_BACK -> Optional.empty();
      case VERDICT_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Optional.of("it says nothing");
    };
  }

  private static ReleaseCommand command(CanaryVerdict verdict) {
    var reason = ReleaseProtos.reason(verdict);
    return switch (verdict.getOutcome()) {
      case VERDICT_OUTCOME_PROMOTE -> new PromoteCanary(reason);
      case VERDICT_OUTCOME_ROLL_BACK -> new RollBack(reason);
      case VERDICT_OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("a verdict without an outcome");
    };
  }

  // `flight-delay` or `models/flight-delay`.
  private static String model(CanaryVerdict verdict) {
    var model = verdict.getModel();
    return model.startsWith("models/") ? model.substring("models/".length()) : model;
  }
}
