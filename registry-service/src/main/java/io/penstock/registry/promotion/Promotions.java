package io.penstock.registry.promotion;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.StageConflict;
import io.penstock.registry.promotion.Promotion.UnmetCriterion;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/// Takes versions through the gates, one step up at a time. The version must be the same before and
/// after the gate was asked, or the answer is thrown away.
@Singleton
public final class Promotions {

  private final Jdbi jdbi;
  private final Changes changes;
  private final StageGate gate;
  private final Clock clock;

  Promotions(Jdbi jdbi, Changes changes, StageGate gate, Clock clock) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.gate = gate;
    this.clock = clock;
  }

  /// Promotes the version, or records that the gate refused it and then fails.
  public Promotion promote(PromotionRequest request) {
    var version = jdbi.withHandle(handle -> VersionRepository.require(handle, request.version()));
    requirePromotable(version, request);
    StageGate.requireNotRetired(version, clock.instant());
    var answer = gate.ask(version, request.target(), request.requester());
    var promotion = changes.commit(change -> record(change, version, request, answer));
    if (!promotion.passed()) {
      throw StageGate.refused(promotion);
    }
    return promotion;
  }

  private static void requirePromotable(ModelVersion version, PromotionRequest request) {
    if (!request.etag().isEmpty() && !request.etag().equals(version.etag())) {
      throw StageGate.changed(
          version, "its etag is %s, given was %s".formatted(version.etag(), request.etag()));
    }
    if (!version.stage().promotesTo(request.target())) {
      throw new StageConflict(
              version.name().toString(), version.stage().word(), request.target().word())
          .exception();
    }
  }

  private Promotion record(
      Change change, ModelVersion asked, PromotionRequest request, GateClient.Answer answer) {
    var version = StageGate.lockUnchanged(change, asked);
    var promotion =
        gate.record(
            change, version, request.target(), request.comment(), request.requester(), answer);
    change.audit(version.name().toString(), facts(promotion));
    return promotion;
  }

  static Map<String, String> facts(Promotion promotion) {
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

  public Page<Promotion> list(String model, PageRequest page) {
    return jdbi.withHandle(handle -> PromotionRepository.page(handle, model, page));
  }
}
