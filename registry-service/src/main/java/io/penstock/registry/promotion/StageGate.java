package io.penstock.registry.promotion;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.GateRefused;
import io.penstock.registry.RegistryFailure.VersionRetired;
import io.penstock.registry.Times;
import io.penstock.registry.benchmark.Standings;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.promotion.Promotion.UnmetCriterion;
import io.penstock.registry.release.Releases;
import io.penstock.registry.signing.Provenance;
import io.penstock.registry.signing.Verification;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// The way through a stage's gate: the facts are gathered and the gate is asked outside of any
/// transaction, then the attempt is stored and, where it passed, the version moved.
@Singleton
final class StageGate {

  private final Jdbi jdbi;
  private final Changes changes;
  private final Stages stages;
  private final Runs runs;
  private final Provenance provenance;
  private final Releases releases;
  private final FeatureViewClient features;
  private final Standings standings;
  private final GateClient gate;

  StageGate(
      Jdbi jdbi,
      Changes changes,
      Stages stages,
      Runs runs,
      Provenance provenance,
      Releases releases,
      FeatureViewClient features,
      Standings standings,
      GateClient gate) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.stages = stages;
    this.runs = runs;
    this.provenance = provenance;
    this.releases = releases;
    this.features = features;
    this.standings = standings;
    this.gate = gate;
  }

  GateClient.Answer ask(ModelVersion version, Stage target, String requester) {
    var run = version.run().map(runs::get);
    return gate.ask(
        new Facts(
            version,
            run.map(Run::params).orElse(Map.of()),
            jdbi.withHandle(handle -> VersionRepository.inputs(handle, version.name())),
            releases.primaryOf(version.name().model()),
            intact(version, target),
            features.check(version.featureBinding()),
            standings.of(version.name()),
            requester,
            target));
  }

  // No gate can let altered bytes pass: the attempt ends before one is asked, and is on record.
  private Verification intact(ModelVersion version, Stage target) {
    try {
      return provenance.requireIntact(version.name());
    } catch (FailureException altered) {
      var facts =
          Map.of(
              "state", "REFUSED",
              "to_stage", target.word(),
              "reason", String.valueOf(altered.getMessage()));
      changes.run(change -> change.audit(version.name().toString(), facts));
      throw altered;
    }
  }

  static void requireNotRetired(ModelVersion version, Instant now) {
    version
        .retirement()
        .filter(retirement -> !retirement.time().isAfter(now))
        .ifPresent(
            retirement -> {
              throw new VersionRetired(
                      version.name().toString(), retirement.time(), retirement.reason())
                  .exception();
            });
  }

  /// The version, locked and the same as when the gate was asked.
  static ModelVersion lockUnchanged(Change change, ModelVersion asked) {
    var version = VersionRepository.requireAndLock(change.handle(), asked.name());
    if (version.edition() != asked.edition()) {
      throw changed(version, "it changed while the gate was asked");
    }
    return version;
  }

  static RuntimeException changed(ModelVersion version, String detail) {
    return new FailureException(new Conflict(version.name().toString(), detail));
  }

  /// Stores the attempt, and moves a locked version that passed.
  Promotion record(
      Change change,
      ModelVersion version,
      Stage target,
      String comment,
      String requester,
      GateClient.Answer answer) {
    var attempt =
        new Promotion(
            0,
            version.name(),
            version.stage(),
            target,
            answer.passed(),
            answer.decision(),
            answer.unmet(),
            comment,
            requester,
            Times.micros(change.time()));
    var promotion = attempt.withId(PromotionRepository.insert(change.handle(), attempt));
    if (promotion.passed()) {
      stages.move(change, version, target, reason(promotion));
      provenance.signInside(change, version.name(), requester);
    }
    return promotion;
  }

  private static Reason reason(Promotion promotion) {
    return Reason.passed(
        promotion.id(), promotion.gateDecision(), promotion.comment(), promotion.requestedBy());
  }

  static RuntimeException refused(Promotion promotion) {
    return new GateRefused(
            promotion.version().toString(),
            promotion.to().word(),
            promotion.name(),
            promotion.gateDecision(),
            promotion.unmet().stream().map(StageGate::violation).toList())
        .exception();
  }

  private static FieldViolation violation(UnmetCriterion unmet) {
    return new FieldViolation(
        unmet.id(),
        unmet.detail().isEmpty()
            ? unmet.description()
            : "%s (%s)".formatted(unmet.description(), unmet.detail()));
  }
}
