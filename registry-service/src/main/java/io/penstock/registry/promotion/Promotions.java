package io.penstock.registry.promotion;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.GateRefused;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.Times;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.promotion.Promotion.UnmetCriterion;
import io.penstock.registry.release.Releases;
import io.penstock.registry.signing.Provenance;
import io.penstock.registry.signing.Verification;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/// Takes versions through the gates. The gate is asked outside of any transaction; the version must
/// be the same before and after, or the answer is thrown away.
@Singleton
public final class Promotions {

  private final Jdbi jdbi;
  private final Changes changes;
  private final Runs runs;
  private final Provenance provenance;
  private final Releases releases;
  private final FeatureViewClient features;
  private final GateClient gate;

  Promotions(
      Jdbi jdbi,
      Changes changes,
      Runs runs,
      Provenance provenance,
      Releases releases,
      FeatureViewClient features,
      GateClient gate) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.runs = runs;
    this.provenance = provenance;
    this.releases = releases;
    this.features = features;
    this.gate = gate;
  }

  /// Promotes the version, or records that the gate refused it and then fails.
  public Promotion promote(PromotionRequest request) {
    var version = jdbi.withHandle(handle -> VersionRepository.require(handle, request.version()));
    requirePromotable(version, request);
    var answer = gate.ask(gather(version, request));
    var promotion = changes.commit(change -> record(change, version, request, answer));
    if (!promotion.passed()) {
      throw refused(promotion);
    }
    return promotion;
  }

  private static void requirePromotable(ModelVersion version, PromotionRequest request) {
    if (!request.etag().isEmpty() && !request.etag().equals(version.etag())) {
      throw changed(
          version, "its etag is %s, given was %s".formatted(version.etag(), request.etag()));
    }
    if (!version.stage().promotesTo(request.target())) {
      throw new StageConflict(
              version.name().toString(), version.stage().word(), request.target().word())
          .exception();
    }
  }

  private Facts gather(ModelVersion version, PromotionRequest request) {
    var run = version.run().map(runs::get);
    return new Facts(
        version,
        run.map(Run::params).orElse(Map.of()),
        run.map(Run::inputs).orElse(List.of()),
        releases.primaryOf(version.name().model()),
        intact(version, request),
        features.check(version.featureBinding()),
        request.requester(),
        request.target());
  }

  // No gate can let altered bytes pass: the attempt ends before one is asked, and is on record.
  private Verification intact(ModelVersion version, PromotionRequest request) {
    try {
      return provenance.requireIntact(version.name());
    } catch (FailureException altered) {
      var facts =
          Map.of(
              "state", "REFUSED",
              "to_stage", request.target().word(),
              "reason", String.valueOf(altered.getMessage()));
      changes.run(change -> change.audit(version.name().toString(), facts));
      throw altered;
    }
  }

  private Promotion record(
      Change change, ModelVersion asked, PromotionRequest request, GateClient.Answer answer) {
    var handle = change.handle();
    var version = VersionRepository.requireAndLock(handle, request.version());
    if (version.edition() != asked.edition()) {
      throw changed(version, "it changed while the gate was asked");
    }
    var attempt =
        new Promotion(
            0,
            version.name(),
            version.stage(),
            request.target(),
            answer.passed(),
            answer.decision(),
            answer.unmet(),
            request.comment(),
            request.requester(),
            Times.micros(change.time()));
    var promotion = attempt.withId(PromotionRepository.insert(handle, attempt));
    if (promotion.passed()) {
      Stages.move(change, version, request.target(), reason(promotion));
      provenance.signInside(change, version.name(), request.requester());
    }
    change.audit(version.name().toString(), facts(promotion));
    return promotion;
  }

  private static Reason reason(Promotion promotion) {
    return Reason.passed(
        promotion.id(), promotion.gateDecision(), promotion.comment(), promotion.requestedBy());
  }

  private static Map<String, String> facts(Promotion promotion) {
    return Map.of(
        "promotion", promotion.name(),
        "from_stage", promotion.from().word(),
        "to_stage", promotion.to().word(),
        "state", promotion.passed() ? "PASSED" : "REFUSED",
        "gate_decision", promotion.gateDecision(),
        "unmet",
            promotion.unmet().stream().map(UnmetCriterion::id).collect(Collectors.joining(", ")),
        "comment", promotion.comment());
  }

  private static RuntimeException changed(ModelVersion version, String detail) {
    return new FailureException(new Conflict(version.name().toString(), detail));
  }

  private static RuntimeException refused(Promotion promotion) {
    return new GateRefused(
            promotion.version().toString(),
            promotion.to().word(),
            promotion.name(),
            promotion.gateDecision(),
            promotion.unmet().stream().map(Promotions::violation).toList())
        .exception();
  }

  private static FieldViolation violation(UnmetCriterion unmet) {
    return new FieldViolation(
        unmet.id(),
        unmet.detail().isEmpty()
            ? unmet.description()
            : "%s (%s)".formatted(unmet.description(), unmet.detail()));
  }

  public Page<Promotion> list(String model, PageRequest page) {
    return jdbi.withHandle(handle -> PromotionRepository.page(handle, model, page));
  }
}
