package io.penstock.registry.promotion;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.VersionServed;
import io.penstock.registry.promotion.GateClient.Answer;
import io.penstock.registry.release.Release;
import io.penstock.registry.release.Releases;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Puts versions into stages as MLflow does, in any order: whatever leads to staging or production
/// leads through that stage's gate, and nothing takes away what a release needs.
@Singleton
public final class Transitions {

  private final Jdbi jdbi;
  private final Changes changes;
  private final StageGate gate;
  private final Stages stages;
  private final Clock clock;

  Transitions(Jdbi jdbi, Changes changes, StageGate gate, Stages stages, Clock clock) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.gate = gate;
    this.stages = stages;
    this.clock = clock;
  }

  /// Moves the version and, in the same transaction, those that make room for it; or records that
  /// the gate refused it and then fails.
  public void transition(TransitionRequest request) {
    var version = jdbi.withHandle(handle -> VersionRepository.require(handle, request.version()));
    var answer = ask(version, request);
    var refused =
        changes.<@Nullable Promotion>commit(change -> move(change, version, request, answer));
    if (refused != null) {
      throw StageGate.refused(refused);
    }
  }

  private Optional<Answer> ask(ModelVersion version, TransitionRequest request) {
    if (version.stage() == request.target() || !request.target().hasGate()) {
      return Optional.empty();
    }
    StageGate.requireNotRetired(version, clock.instant());
    return Optional.of(gate.ask(version, request.target(), request.requester()));
  }

  // The model's row comes first, so that two of these never wait for each other's versions.
  private @Nullable Promotion move(
      Change change, ModelVersion asked, TransitionRequest request, Optional<Answer> answer) {
    VersionRepository.lockModel(change.handle(), asked.name().model(), change.time());
    var version = StageGate.lockUnchanged(change, asked);
    var facts = new LinkedHashMap<String, String>();
    facts.put("from_stage", version.stage().word());
    facts.put("to_stage", request.target().word());
    var promotion = answer.map(it -> pass(change, version, request, it, facts)).orElse(null);
    if (promotion != null && !promotion.passed()) {
      change.audit(version.name().toString(), facts);
      return promotion;
    }
    if (promotion == null && version.stage() != request.target()) {
      stepDown(change, version, request);
    }
    if (request.archiveExisting()) {
      facts.put("archived", archiveOthers(change, request));
    }
    change.audit(version.name().toString(), facts);
    return null;
  }

  private Promotion pass(
      Change change,
      ModelVersion version,
      TransitionRequest request,
      Answer answer,
      Map<String, String> facts) {
    if (answer.passed()) {
      requireFree(change.handle(), version);
    }
    var promotion = gate.record(change, version, request.target(), "", request.requester(), answer);
    facts.putAll(Promotions.facts(promotion));
    return promotion;
  }

  private void stepDown(Change change, ModelVersion version, TransitionRequest request) {
    requireFree(change.handle(), version);
    var cause = request.target() == Stage.ARCHIVED ? Cause.ARCHIVAL : Cause.TRANSITION;
    stages.move(change, version, request.target(), Reason.of(cause, "", request.requester()));
  }

  private String archiveOthers(Change change, TransitionRequest request) {
    var others = VersionRepository.lockOthers(change.handle(), request.version(), request.target());
    var comment = "replaced by version " + request.version().number();
    for (var other : others) {
      requireFree(change.handle(), other);
      stages.move(
          change,
          other,
          Stage.ARCHIVED,
          Reason.of(Cause.REPLACEMENT, comment, request.requester()));
    }
    return others.stream().map(other -> other.name().toString()).toList().toString();
  }

  private static void requireFree(Handle handle, ModelVersion version) {
    if (version.stage() == Stage.PRODUCTION && Releases.need(handle, version.name())) {
      throw new VersionServed(version.name().toString(), Release.nameOf(version.name().model()))
          .exception();
    }
  }
}
