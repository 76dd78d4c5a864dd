package io.penstock.governance.gate;

import com.google.protobuf.Message;
import io.penstock.governance.GovernanceFailure;
import io.penstock.governance.GovernanceFailure.DecisionUnknown;
import io.penstock.governance.GovernanceFailure.PolicyChanged;
import io.penstock.governance.GovernanceFailure.PolicyUnknown;
import io.penstock.governance.WireTime;
import io.penstock.governance.approval.ApprovalRepository;
import io.penstock.governance.gate.GateRepository.Key;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/// Keeps policies, decides by them, and reaches old decisions again.
@Singleton
final class Gates {

  /// What a policy shall say from now on.
  ///
  /// @param revision the one that the change starts from; zero for whichever it is
  record PolicyChange(String id, long revision, String description, List<Criterion> criteria) {}

  /// Something that wants to pass.
  record Question(String policy, String subject, String action, Facts facts) {}

  record Replay(GateDecision recorded, GateDecision replayed) {
    boolean identical() {
      return recorded.sameAnswer(replayed);
    }
  }

  private final Changes changes;
  private final Jdbi jdbi;
  private final PolicyEngine engine;

  Gates(Changes changes, Jdbi jdbi, PolicyEngine engine) {
    this.changes = changes;
    this.jdbi = jdbi;
    this.engine = engine;
  }

  List<GatePolicy> policies() {
    return read(GateRepository::policies);
  }

  GatePolicy policy(String id) {
    return read(gates -> newest(gates, id));
  }

  /// Stores a new revision; saying the same again makes none.
  GatePolicy put(PolicyChange wanted, Message request) {
    engine.check(wanted.criteria());
    return changes.commit(
        change -> {
          var gates = new GateRepository(change.handle());
          gates.lock(wanted.id());
          GatePolicy policy = next(wanted, gates, change);
          change.audit(policy.name(), request);
          return policy;
        });
  }

  private GatePolicy next(PolicyChange wanted, GateRepository gates, Change change) {
    var current = gates.policy(wanted.id());
    long revision = current.map(GatePolicy::revision).orElse(0L);
    if (wanted.revision() != 0 && wanted.revision() != revision) {
      throw failed(new PolicyChanged(GatePolicy.name(wanted.id()), wanted.revision(), revision));
    }
    return current
        .filter(policy -> policy.says(wanted.description(), wanted.criteria()))
        .orElseGet(() -> add(wanted, revision + 1, gates, change));
  }

  private static GatePolicy add(
      PolicyChange wanted, long revision, GateRepository gates, Change change) {
    var policy =
        new GatePolicy(
            wanted.id(),
            revision,
            wanted.description(),
            wanted.criteria(),
            now(change),
            Caller.current().principal().name());
    gates.add(policy);
    return policy;
  }

  /// Decides, and keeps the decision whatever it is.
  GateDecision evaluate(Question question) {
    return changes.commit(
        change -> {
          var gates = new GateRepository(change.handle());
          GatePolicy policy = newest(gates, question.policy());
          GateDecision decision = decide(policy, question, change);
          gates.add(decision);
          change.audit(decision.name(), auditFacts(decision));
          return decision;
        });
  }

  private GateDecision decide(GatePolicy policy, Question question, Change change) {
    Instant now = now(change);
    var approvals =
        new ApprovalRepository(change.handle())
            .counting(question.subject(), question.action(), now);
    Facts facts = question.facts().with(question.subject(), question.action(), approvals, now);
    List<CriterionResult> results = engine.evaluate(policy, facts);
    return new GateDecision(
        UUID.randomUUID(),
        policy.id(),
        policy.revision(),
        question.subject(),
        question.action(),
        passed(results),
        results,
        facts.struct(),
        PolicyEngine.digest(policy, facts),
        now,
        Caller.current().principal().name());
  }

  GateDecision decision(UUID id) {
    return read(gates -> decision(gates, id));
  }

  /// @param subject whose decisions; empty for all
  Page<GateDecision> decisions(String subject, PageRequest page) {
    Key after = page.after(Key.FIRST, Gates::key);
    List<GateDecision> found = read(gates -> gates.decisions(subject, after, page.fetchSize()));
    return page.page(found, decision -> List.of(decision.time(), decision.id()));
  }

  /// Decides again on what is stored now: facts and policy revision.
  Replay replay(UUID id) {
    return read(
        gates -> {
          GateDecision recorded = decision(gates, id);
          GatePolicy policy =
              gates
                  .policy(recorded.policy(), recorded.policyRevision())
                  .orElseThrow(() -> failed(new PolicyUnknown(GatePolicy.name(recorded.policy()))));
          var facts = new Facts(recorded.facts());
          List<CriterionResult> results = engine.evaluate(policy, facts);
          String digest = PolicyEngine.digest(policy, facts);
          return new Replay(recorded, recorded.answered(passed(results), results, digest));
        });
  }

  private static boolean passed(List<CriterionResult> results) {
    return results.stream().allMatch(CriterionResult::met);
  }

  // The digest goes into the provable log, so that even a consistent forgery in the database shows.
  private static Map<String, String> auditFacts(GateDecision decision) {
    String unmet =
        decision.results().stream()
            .filter(result -> !result.met())
            .map(result -> result.criterion().id())
            .collect(Collectors.joining(" "));
    var facts = new LinkedHashMap<String, String>();
    facts.put("policy", GatePolicy.name(decision.policy()));
    facts.put("policy_revision", Long.toString(decision.policyRevision()));
    facts.put("subject", decision.subject());
    facts.put("action", decision.action());
    facts.put("passed", Boolean.toString(decision.passed()));
    facts.put("unmet", unmet);
    facts.put("digest", decision.digest());
    return facts;
  }

  private static Key key(PageKey key) {
    return new Key(key.time(), key.uuid());
  }

  private static GatePolicy newest(GateRepository gates, String id) {
    return gates.policy(id).orElseThrow(() -> failed(new PolicyUnknown(GatePolicy.name(id))));
  }

  private static GateDecision decision(GateRepository gates, UUID id) {
    return gates
        .decision(id)
        .orElseThrow(() -> failed(new DecisionUnknown(GateDecision.COLLECTION + id)));
  }

  private <T> T read(Function<GateRepository, T> question) {
    return jdbi.withHandle(handle -> question.apply(new GateRepository(handle)));
  }

  private static Instant now(Change change) {
    return WireTime.stored(change.time());
  }

  private static FailureException failed(GovernanceFailure failure) {
    return new FailureException(failure);
  }
}
