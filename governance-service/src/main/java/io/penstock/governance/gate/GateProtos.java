package io.penstock.governance.gate;

import io.penstock.governance.WireTime;
import io.penstock.governance.gate.Gates.PolicyChange;
import io.penstock.governance.gate.Gates.Question;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.page.Page;
import io.penstock.proto.governance.v1.CriterionDecision;
import io.penstock.proto.governance.v1.EvaluateGateRequest;
import io.penstock.proto.governance.v1.GateCriterion;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GatePolicy;
import io.penstock.proto.governance.v1.ListGateDecisionsResponse;
import io.penstock.proto.governance.v1.ReplayGateDecisionResponse;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/// Gate messages and what they mean inside.
final class GateProtos {

  private static final String POLICIES = "gatePolicies/";
  private static final String DECISIONS = "gateDecisions/";
  private static final Pattern POLICY_ID = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern CRITERION_ID = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern SUBJECT = Pattern.compile("[^\\s\\p{Cntrl}]{1,500}");
  private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9_.:-]{0,99}");
  private static final int MOST_CRITERIA = 50;
  private static final int LONGEST_DESCRIPTION = 1000;

  private GateProtos() {}

  static String policyId(String field, String name) {
    String id = name.startsWith(POLICIES) ? name.substring(POLICIES.length()) : "";
    if (!POLICY_ID.matcher(id).matches()) {
      throw InvalidArguments.of(
          field,
          "was '%s', expected gatePolicies/<id> of at most 63 lower-case letters, digits and -"
              .formatted(name));
    }
    return id;
  }

  static UUID decisionId(String name) {
    try {
      if (name.startsWith(DECISIONS)) {
        return UUID.fromString(name.substring(DECISIONS.length()));
      }
    } catch (IllegalArgumentException noUuid) {
      // Said below, as for any other text.
    }
    throw InvalidArguments.of("name", "was '%s', expected gateDecisions/<uuid>".formatted(name));
  }

  static PolicyChange fromProto(GatePolicy policy) {
    String id = policyId("policy.name", policy.getName());
    var problems =
        new InvalidArguments()
            .addIf(
                policy.getRevision() < 0,
                "policy.revision",
                "was %d, expected 0 or the current revision".formatted(policy.getRevision()))
            .addIf(
                policy.getCriteriaCount() == 0 || policy.getCriteriaCount() > MOST_CRITERIA,
                "policy.criteria",
                "holds %d criteria, expected 1 to %d"
                    .formatted(policy.getCriteriaCount(), MOST_CRITERIA));
    checkDescription("policy.description", policy.getDescription(), problems);
    checkCriteria(policy.getCriteriaList(), problems);
    problems.throwIfAny();
    var criteria = policy.getCriteriaList().stream().map(GateProtos::fromProto).toList();
    return new PolicyChange(id, policy.getRevision(), policy.getDescription(), criteria);
  }

  private static void checkCriteria(List<GateCriterion> criteria, InvalidArguments problems) {
    var ids = new HashSet<String>();
    for (int i = 0; i < Math.min(criteria.size(), MOST_CRITERIA); i++) {
      String field = "policy.criteria[%d]".formatted(i);
      String id = criteria.get(i).getId();
      problems
          .addIf(
              !CRITERION_ID.matcher(id).matches(),
              field + ".id",
              "was '%s', expected lower snake case, at most 63 characters".formatted(id))
          .addIf(!ids.add(id), field + ".id", "'%s' stands twice".formatted(id));
      checkDescription(field + ".description", criteria.get(i).getDescription(), problems);
      checkExpression(field + ".expression", criteria.get(i).getExpression(), problems);
    }
  }

  private static void checkExpression(String field, String text, InvalidArguments problems) {
    problems.addIf(
        text.isBlank() || text.length() > PolicyLanguage.LONGEST_EXPRESSION,
        field,
        "holds %d characters, expected an expression of 1 to %d"
            .formatted(text.length(), PolicyLanguage.LONGEST_EXPRESSION));
  }

  private static void checkDescription(String field, String text, InvalidArguments problems) {
    problems
        .addIf(
            text.length() > LONGEST_DESCRIPTION,
            field,
            "holds %d characters, expected at most %d"
                .formatted(text.length(), LONGEST_DESCRIPTION))
        .addIf(text.indexOf('\0') >= 0, field, "holds a NUL character");
  }

  static Question fromProto(EvaluateGateRequest request) {
    String policy = policyId("policy", request.getPolicy());
    new InvalidArguments()
        .addIf(
            !SUBJECT.matcher(request.getSubject()).matches(),
            "subject",
            "was '%s', expected a resource name of at most 500 characters"
                .formatted(request.getSubject()))
        .addIf(
            !ACTION.matcher(request.getAction()).matches(),
            "action",
            "was '%s', expected an action such as promote:production"
                .formatted(request.getAction()))
        .throwIfAny();
    return new Question(
        policy, request.getSubject(), request.getAction(), Facts.given(request.getFacts()));
  }

  private static Criterion fromProto(GateCriterion criterion) {
    return new Criterion(criterion.getId(), criterion.getDescription(), criterion.getExpression());
  }

  static GatePolicy toProto(io.penstock.governance.gate.GatePolicy policy) {
    return GatePolicy.newBuilder()
        .setName(policy.name())
        .setDescription(policy.description())
        .addAllCriteria(policy.criteria().stream().map(GateProtos::toProto).toList())
        .setRevision(policy.revision())
        .setUpdateTime(WireTime.toProto(policy.updateTime()))
        .setUpdatedBy(policy.updatedBy())
        .build();
  }

  private static GateCriterion toProto(Criterion criterion) {
    return GateCriterion.newBuilder()
        .setId(criterion.id())
        .setDescription(criterion.description())
        .setExpression(criterion.expression())
        .build();
  }

  static GateDecision toProto(io.penstock.governance.gate.GateDecision decision) {
    return GateDecision.newBuilder()
        .setName(decision.name())
        .setPolicy(io.penstock.governance.gate.GatePolicy.name(decision.policy()))
        .setPolicyRevision(decision.policyRevision())
        .setSubject(decision.subject())
        .setAction(decision.action())
        .setPassed(decision.passed())
        .addAllCriteria(decision.results().stream().map(GateProtos::toProto).toList())
        .setFacts(decision.facts())
        .setDigest(decision.digest())
        .setTime(WireTime.toProto(decision.time()))
        .setRequestedBy(decision.requestedBy())
        .build();
  }

  private static CriterionDecision toProto(CriterionResult result) {
    return CriterionDecision.newBuilder()
        .setId(result.criterion().id())
        .setDescription(result.criterion().description())
        .setExpression(result.criterion().expression())
        .setMet(result.met())
        .setDetail(result.detail())
        .build();
  }

  static ListGateDecisionsResponse toProto(Page<io.penstock.governance.gate.GateDecision> page) {
    return ListGateDecisionsResponse.newBuilder()
        .addAllDecisions(page.rows().stream().map(GateProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  static ReplayGateDecisionResponse toProto(Gates.Replay replay) {
    return ReplayGateDecisionResponse.newBuilder()
        .setRecorded(toProto(replay.recorded()))
        .setReplayed(toProto(replay.replayed()))
        .setIdentical(replay.identical())
        .build();
  }
}
