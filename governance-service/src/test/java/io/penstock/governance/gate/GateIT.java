package io.penstock.governance.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status.Code;
import io.penstock.governance.RunningGovernance;
import io.penstock.kit.events.EventLog;
import io.penstock.proto.governance.v1.Approval;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.CreateApprovalRequest;
import io.penstock.proto.governance.v1.CriterionDecision;
import io.penstock.proto.governance.v1.EvaluateGateRequest;
import io.penstock.proto.governance.v1.GateCriterion;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GatePolicy;
import io.penstock.proto.governance.v1.GateServiceGrpc;
import io.penstock.proto.governance.v1.GateServiceGrpc.GateServiceBlockingStub;
import io.penstock.proto.governance.v1.GetGateDecisionRequest;
import io.penstock.proto.governance.v1.GetGatePolicyRequest;
import io.penstock.proto.governance.v1.ListApprovalsRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListGateDecisionsRequest;
import io.penstock.proto.governance.v1.ListGatePoliciesRequest;
import io.penstock.proto.governance.v1.PutGatePolicyRequest;
import io.penstock.proto.governance.v1.ReplayGateDecisionRequest;
import io.penstock.proto.governance.v1.ReplayGateDecisionResponse;
import io.penstock.proto.governance.v1.WithdrawApprovalRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GateIT {

  @RegisterExtension static final ServiceExtension governance = RunningGovernance.fresh();

  private static final AtomicInteger numbers = new AtomicInteger();
  private static final String ACTION = "promote:production";
  private static final String FACTS =
      """
      {"version": {"name": "models/flight-delay/versions/2", "number": 2, "author": "ada",
                   "metrics": {"auc": 0.67}, "has_signature": true},
       "baseline": {"present": true, "version": "1", "metrics": {"auc": 0.61}},
       "artifact": {"verified": true, "sha256": "ab"},
       "features": {"bound": true, "signature_matches": true, "problems": []},
       "requester": "ada", "target_stage": "production", "dataset_inputs": []}
      """;

  private GateServiceBlockingStub registry;
  private GateServiceBlockingStub admin;
  private ApprovalServiceBlockingStub ada;
  private ApprovalServiceBlockingStub grace;
  private String subject;

  @BeforeEach
  void stubs() {
    registry = GateServiceGrpc.newBlockingStub(governance.channel("service/registry", "service"));
    admin = GateServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
    ada = ApprovalServiceGrpc.newBlockingStub(governance.channel("ada", "approver"));
    grace = ApprovalServiceGrpc.newBlockingStub(governance.channel("grace", "approver"));
    subject = "models/flight-delay/versions/" + numbers.incrementAndGet();
  }

  @Test
  void production_wantsAnApprovalByAnother() throws Exception {
    var refused = evaluate("production", FACTS);
    assertThat(refused.getPassed()).isFalse();
    assertThat(unmet(refused)).containsExactly("approved_by_other");
    approve(ada);
    assertThat(unmet(evaluate("production", FACTS))).containsExactly("approved_by_other");
    approve(grace);
    var passed = evaluate("production", FACTS);
    assertThat(passed.getPassed()).isTrue();
    assertThat(passed.getRequestedBy()).isEqualTo("service/registry");
    assertThat(passed.getPolicyRevision()).isEqualTo(1);
    assertThat(detail(passed, "auc_above_baseline"))
        .isEqualTo(
            "baseline.present = true, version.metrics.auc = 0.67, baseline.metrics.auc = 0.61");
    assertThat(detail(passed, "approved_by_other")).contains("\"approver\":\"grace\"");
    assertThat(get(passed.getName())).isEqualTo(passed);
  }

  @Test
  void production_namesEveryUnmetCriterion() throws Exception {
    approve(grace);
    String worse =
        FACTS
            .replace("0.67", "0.60")
            .replace("\"verified\": true", "\"verified\": false")
            .replace("\"signature_matches\": true", "\"signature_matches\": false");
    assertThat(unmet(evaluate("production", worse)))
        .containsExactly("signature_matches_features", "auc_above_baseline", "artifact_verified");
    assertThat(unmet(evaluate("production", "{}"))).hasSize(4);
  }

  @Test
  void production_withoutBaseline_wantsMoreThanChance() throws Exception {
    approve(grace);
    String first = FACTS.replace("\"present\": true", "\"present\": false").replace("0.67", "0.51");
    assertThat(evaluate("production", first).getPassed()).isTrue();
    assertThat(unmet(evaluate("production", first.replace("0.51", "0.49"))))
        .containsExactly("auc_above_baseline");
  }

  @Test
  void filesElsewhere_mayBeTried_butNotServed() throws Exception {
    var elsewhere = FACTS.replace("\"verified\": true", "\"verified\": false, \"held\": false");
    assertThat(evaluate("staging", elsewhere).getPassed()).isTrue();
    assertThat(unmet(evaluate("production", elsewhere))).contains("artifact_verified");
    assertThat(unmet(evaluate("staging", elsewhere.replace("\"held\": false", "\"held\": true"))))
        .containsExactly("artifact_verified");
  }

  @Test
  void staging_wantsAVerifiedArtifact() throws Exception {
    assertThat(evaluate("staging", FACTS).getPassed()).isTrue();
    assertThat(unmet(evaluate("staging", "{\"artifact\": {\"verified\": false}}")))
        .containsExactly("artifact_verified");
  }

  @Test
  void approval_countsForItsSubjectAndActionOnly() throws Exception {
    var _ =
        grace.createApproval(
            CreateApprovalRequest.newBuilder()
                .setApproval(Approval.newBuilder().setSubject(subject).setAction("promote:staging"))
                .build());
    assertThat(unmet(evaluate("production", FACTS))).containsExactly("approved_by_other");
  }

  @Test
  void approval_isGivenOnce_andWithdrawnByItsGiverOnly() throws Exception {
    var approval = approve(grace);
    assertThat(approval.getApprover()).isEqualTo("grace");
    assertThat(approve(grace)).isEqualTo(approval);
    assertThatThrownBy(() -> withdraw(ada, approval.getName()))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "APPROVAL_NOT_OWN"));
    var withdrawn = withdraw(grace, approval.getName());
    assertThat(withdrawn.hasWithdrawTime()).isTrue();
    assertThat(withdraw(grace, approval.getName())).isEqualTo(withdrawn);
    assertThat(unmet(evaluate("production", FACTS))).containsExactly("approved_by_other");
    var again = approve(grace);
    assertThat(again.getName()).isNotEqualTo(approval.getName());
    assertThat(approvals(subject, 10)).containsExactly(again, withdrawn);
    assertThat(approvals(subject, 1)).containsExactly(again, withdrawn);
  }

  @Test
  void approval_expires() throws Exception {
    long soon = System.currentTimeMillis() / 1000 + 2;
    var approval =
        grace.createApproval(
            CreateApprovalRequest.newBuilder()
                .setApproval(
                    Approval.newBuilder()
                        .setSubject(subject)
                        .setAction(ACTION)
                        .setExpireTime(Timestamp.newBuilder().setSeconds(soon)))
                .build());
    assertThat(evaluate("production", FACTS).getPassed()).isTrue();
    Eventually.become(Duration.ofSeconds(5), () -> !evaluate("production", FACTS).getPassed());
    assertThat(approve(grace).getName()).isNotEqualTo(approval.getName());
  }

  @Test
  void approval_byAnApplicationOrService_isRefused() {
    var service =
        ApprovalServiceGrpc.newBlockingStub(governance.channel("service/registry", "approver"));
    assertThatThrownBy(() -> approve(service))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "APPROVER_NOT_A_PERSON"));
  }

  @Test
  void concurrentApprovals_giveOneApproval() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Approval>> calls =
          IntStream.range(0, 12).<Callable<Approval>>mapToObj(_ -> () -> approve(grace)).toList();
      var names = new HashSet<String>();
      for (var approval : threads.invokeAll(calls)) {
        names.add(approval.get().getName());
      }
      assertThat(names).hasSize(1);
    }
  }

  @Test
  void decision_isReplayedIdentically() throws Exception {
    approve(grace);
    var decision = evaluate("production", FACTS);
    // The world has moved on: neither withdrawn approvals nor new revisions change the past.
    withdraw(grace, approvals(subject, 1).getFirst().getName());
    var replay = replay(decision.getName());
    assertThat(replay.getIdentical()).isTrue();
    assertThat(replay.getReplayed()).isEqualTo(decision);
  }

  @Test
  void tamperedDecision_isFoundByReplay() throws Exception {
    String tamper = "update gate_decisions set %s where id = '%s'";
    for (String change :
        List.of(
            "facts = replace(facts, '0.67', '0.99')",
            "passed = true",
            "criteria = jsonb_set(criteria, '{3,met}', 'true')",
            "digest = repeat('0', 64)")) {
      var decision = evaluate("production", FACTS);
      execute(tamper.formatted(change, id(decision)));
      var replay = replay(decision.getName());
      assertThat(replay.getIdentical()).as(change).isFalse();
      if (change.startsWith("facts")) {
        assertThat(replay.getReplayed().getDigest()).isNotEqualTo(replay.getRecorded().getDigest());
      }
    }
  }

  @Test
  void tamperedPolicy_isFoundByReplay() throws Exception {
    var _ = put(policy("gatePolicies/tampered", "artifact.verified"));
    var decision = evaluate("tampered", FACTS);
    assertThat(replay(decision.getName()).getIdentical()).isTrue();
    execute(
        "update gate_policies set criteria = jsonb_set(criteria, '{0,expression}', '\"true\"') where name = 'tampered'");
    assertThat(replay(decision.getName()).getIdentical()).isFalse();
  }

  @Test
  void policy_isRevisioned_andOldDecisionsKeepTheirs() throws Exception {
    var first = put(policy("gatePolicies/mine", "artifact.verified"));
    assertThat(first.getRevision()).isEqualTo(1);
    assertThat(first.getUpdatedBy()).isEqualTo("root");
    assertThat(put(policy("gatePolicies/mine", "artifact.verified"))).isEqualTo(first);
    var decision = evaluate("mine", FACTS);
    var second =
        put(policy("gatePolicies/mine", "!artifact.verified").toBuilder().setRevision(1).build());
    assertThat(second.getRevision()).isEqualTo(2);
    assertThat(evaluate("mine", FACTS).getPassed()).isFalse();
    assertThat(replay(decision.getName()).getIdentical()).isTrue();
    assertThatThrownBy(
            () -> put(policy("gatePolicies/mine", "true").toBuilder().setRevision(1).build()))
        .satisfies(Failures.with(Code.ABORTED, "GATE_POLICY_CHANGED"));
    assertThat(
            admin.getGatePolicy(
                GetGatePolicyRequest.newBuilder().setName("gatePolicies/mine").build()))
        .isEqualTo(second);
    assertThat(
            admin
                .listGatePolicies(ListGatePoliciesRequest.getDefaultInstance())
                .getPoliciesList()
                .stream()
                .map(GatePolicy::getName))
        .contains("gatePolicies/mine", "gatePolicies/production", "gatePolicies/staging")
        .doesNotHaveDuplicates();
  }

  @Test
  void decisions_areListedNewestFirst() throws Exception {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      made.addFirst(evaluate("staging", FACTS).getName());
    }
    var seen = new ArrayList<String>();
    String token = "";
    do {
      var page =
          admin.listGateDecisions(
              ListGateDecisionsRequest.newBuilder()
                  .setSubject(subject)
                  .setPageSize(2)
                  .setPageToken(token)
                  .build());
      page.getDecisionsList().forEach(decision -> seen.add(decision.getName()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(seen).isEqualTo(made);
  }

  @Test
  void decision_isInTheAuditLog() throws Exception {
    var decision = evaluate("production", FACTS);
    var audit = AuditServiceGrpc.newBlockingStub(governance.channel("root", "admin"));
    var request = ListAuditEntriesRequest.newBuilder().setResource(decision.getName()).build();
    Eventually.become(
        Duration.ofSeconds(10), () -> audit.listAuditEntries(request).getEntriesCount() == 1);
    var event = audit.listAuditEntries(request).getEntries(0).getEvent();
    assertThat(event.getService()).isEqualTo("governance");
    assertThat(event.getDetailsJson()).contains(decision.getDigest(), "approved_by_other");
    assertThat(governance.bean(EventLog.class)).isNotNull();
  }

  @Test
  void badInput_namesTheField() {
    assertInvalid("policy.name", () -> put(policy("production", "true")));
    assertInvalid("policy.criteria", () -> put(policy("gatePolicies/x")));
    assertInvalid(
        "policy.criteria[1].id",
        () -> put(policy("gatePolicies/x", "true", "true").toBuilder().build()));
    assertInvalid("policy.criteria[0].expression", () -> put(policy("gatePolicies/x", "1 +")));
    assertInvalid("policy.criteria[0].expression", () -> put(policy("gatePolicies/x", " ")));
    assertInvalid("policy", () -> evaluate("", FACTS));
    assertInvalid(
        "action",
        () ->
            registry.evaluateGate(
                EvaluateGateRequest.newBuilder()
                    .setPolicy("gatePolicies/staging")
                    .setSubject("s")
                    .setAction("Promote!")
                    .build()));
    assertInvalid(
        "approval.subject", () -> grace.createApproval(CreateApprovalRequest.getDefaultInstance()));
    assertInvalid("name", () -> get("gateDecisions/1"));
    assertInvalid("name", () -> withdraw(grace, "approvals/1"));
    assertThatThrownBy(() -> evaluate("unknown", FACTS))
        .satisfies(Failures.with(Code.NOT_FOUND, "GATE_POLICY_NOT_FOUND"));
    assertThatThrownBy(() -> get("gateDecisions/00000000-0000-0000-0000-000000000000"))
        .satisfies(Failures.with(Code.NOT_FOUND, "GATE_DECISION_NOT_FOUND"));
    assertThatThrownBy(() -> withdraw(grace, "approvals/00000000-0000-0000-0000-000000000000"))
        .satisfies(Failures.with(Code.NOT_FOUND, "APPROVAL_NOT_FOUND"));
  }

  private static void assertInvalid(String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }

  private GateDecision evaluate(String policy, String facts) throws Exception {
    var struct = Struct.newBuilder();
    JsonFormat.parser().merge(facts, struct);
    return registry.evaluateGate(
        EvaluateGateRequest.newBuilder()
            .setPolicy("gatePolicies/" + policy)
            .setSubject(subject)
            .setAction(ACTION)
            .setFacts(struct)
            .build());
  }

  private Approval approve(ApprovalServiceBlockingStub as) {
    return as.createApproval(
        CreateApprovalRequest.newBuilder()
            .setApproval(
                Approval.newBuilder()
                    .setSubject(subject)
                    .setAction(ACTION)
                    .setApprover("whoever")
                    .setComment("looks good"))
            .build());
  }

  private static Approval withdraw(ApprovalServiceBlockingStub as, String name) {
    return as.withdrawApproval(WithdrawApprovalRequest.newBuilder().setName(name).build());
  }

  private List<Approval> approvals(String of, int pageSize) {
    var all = new ArrayList<Approval>();
    String token = "";
    do {
      var page =
          grace.listApprovals(
              ListApprovalsRequest.newBuilder()
                  .setSubject(of)
                  .setPageSize(pageSize)
                  .setPageToken(token)
                  .build());
      all.addAll(page.getApprovalsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private GatePolicy put(GatePolicy policy) {
    return admin.putGatePolicy(PutGatePolicyRequest.newBuilder().setPolicy(policy).build());
  }

  private static GatePolicy policy(String name, String... expressions) {
    var policy = GatePolicy.newBuilder().setName(name);
    for (String expression : expressions) {
      policy.addCriteria(GateCriterion.newBuilder().setId("criterion").setExpression(expression));
    }
    return policy.build();
  }

  private GateDecision get(String name) {
    return admin.getGateDecision(GetGateDecisionRequest.newBuilder().setName(name).build());
  }

  private ReplayGateDecisionResponse replay(String name) {
    return admin.replayGateDecision(ReplayGateDecisionRequest.newBuilder().setName(name).build());
  }

  private static void execute(String sql) {
    governance.bean(Jdbi.class).useHandle(handle -> assertThat(handle.execute(sql)).isPositive());
  }

  private static String id(GateDecision decision) {
    return decision.getName().substring("gateDecisions/".length());
  }

  private static List<String> unmet(GateDecision decision) {
    return decision.getCriteriaList().stream()
        .filter(criterion -> !criterion.getMet())
        .map(CriterionDecision::getId)
        .toList();
  }

  private static String detail(GateDecision decision, String criterion) {
    return decision.getCriteriaList().stream()
        .filter(result -> result.getId().equals(criterion))
        .findFirst()
        .orElseThrow()
        .getDetail();
  }
}
