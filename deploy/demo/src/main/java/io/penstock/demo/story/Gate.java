package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;
import static io.penstock.demo.suite.Person.GRACE;

import io.penstock.demo.suite.Refusal;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.proto.governance.v1.Approval;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.penstock.proto.governance.v1.CreateApprovalRequest;
import io.penstock.proto.governance.v1.CriterionDecision;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GateServiceGrpc;
import io.penstock.proto.governance.v1.GateServiceGrpc.GateServiceBlockingStub;
import io.penstock.proto.governance.v1.GetGateDecisionRequest;
import io.penstock.proto.governance.v1.ReplayGateDecisionRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Promotion;
import io.penstock.proto.registry.v1.Stage;

/// Step 2: no version reaches production without its gate, and no author opens it alone.
public final class Gate {

  private static final String REFUSED = "GATE_REFUSED";
  private static final String MISSING_APPROVAL = "approv";

  private final Terminal terminal;
  private final ModelServiceBlockingStub models;
  private final ApprovalServiceBlockingStub adasApprovals;
  private final ApprovalServiceBlockingStub gracesApprovals;
  private final GateServiceBlockingStub gates;
  private final Traffic traffic;

  public Gate(Story story, CanaryPlan plan) {
    this.terminal = story.terminal();
    this.models = story.suite().as(ADA, ModelServiceGrpc::newBlockingStub);
    this.adasApprovals = story.suite().as(ADA, ApprovalServiceGrpc::newBlockingStub);
    this.gracesApprovals = story.suite().as(GRACE, ApprovalServiceGrpc::newBlockingStub);
    this.gates = story.suite().as(GRACE, GateServiceGrpc::newBlockingStub);
    this.traffic = new Traffic(story, plan);
  }

  /// @return the release with the candidate as canary
  public Canary pass(Registered registered) {
    baselineServes(registered.baseline());
    ModelVersion candidate = registered.candidate();
    refusedWithoutApproval(candidate);
    refusedToApproveOwnWork(candidate);
    approve(candidate);
    explain(promote(candidate));
    return traffic.startCanary(candidate, registered.baseline());
  }

  private void baselineServes(ModelVersion baseline) {
    if (baseline.getStage() != Stage.STAGE_PRODUCTION) {
      approve(baseline);
      promote(baseline);
    }
    traffic.startFrom(baseline);
    terminal.passed("%s, the baseline, serves all traffic".formatted(baseline.getName()));
  }

  private void refusedWithoutApproval(ModelVersion version) {
    Refusal refusal =
        Refusal.expected(
            "promotion of %s without approval".formatted(version.getName()),
            () -> promote(version));
    if (!refusal.reason().equals(REFUSED)) {
      throw new StepFailed("promotion: " + refusal + " (expected: " + REFUSED + ")");
    }
    terminal.refused("ada asks to promote %s: %s".formatted(version.getName(), refusal.reason()));
    refusal
        .violations()
        .forEach(unmet -> terminal.more(unmet.subject() + ": " + unmet.description()));
    if (refusal.violations().stream()
        .noneMatch(unmet -> unmet.subject().contains(MISSING_APPROVAL))) {
      throw new StepFailed("the gate does not name the missing approval: " + refusal);
    }
  }

  private void refusedToApproveOwnWork(ModelVersion version) {
    Refusal refusal =
        Refusal.expected(
            "ada's approval of her own work",
            () -> adasApprovals.createApproval(approval(version, "looks good to me")));
    terminal.refused("ada approves her own work: %s".formatted(refusal.reason()));
  }

  private void approve(ModelVersion version) {
    Approval given = gracesApprovals.createApproval(approval(version, "metrics and data checked"));
    terminal.passed(
        "%s approves %s of %s"
            .formatted(given.getApprover(), given.getAction(), given.getSubject()));
  }

  private Promotion promote(ModelVersion version) {
    return models.promoteModelVersion(
        PromoteModelVersionRequest.newBuilder()
            .setName(version.getName())
            .setTargetStage(Stage.STAGE_PRODUCTION)
            .setComment("demo")
            .build());
  }

  /// The decision is stored with everything it was made from, so it can be made again.
  private void explain(Promotion promotion) {
    GateDecision decision =
        gates.getGateDecision(
            GetGateDecisionRequest.newBuilder().setName(promotion.getGateDecision()).build());
    terminal.passed(
        "ada asks again: %s is in production, by %s"
            .formatted(promotion.getVersion(), decision.getPolicy()));
    decision.getCriteriaList().forEach(this::explain);
    boolean identical =
        gates
            .replayGateDecision(
                ReplayGateDecisionRequest.newBuilder().setName(decision.getName()).build())
            .getIdentical();
    if (!identical) {
      throw new StepFailed("%s: replaying it gives another decision".formatted(decision.getName()));
    }
    terminal.passed(
        "decision replayed from its stored facts: identical, digest %s"
            .formatted(Figures.digest(decision.getDigest())));
  }

  private void explain(CriterionDecision criterion) {
    terminal.more("%s %s".formatted(criterion.getMet() ? "✓" : "✗", criterion.getDescription()));
  }

  private static CreateApprovalRequest approval(ModelVersion version, String comment) {
    return CreateApprovalRequest.newBuilder()
        .setApproval(
            Approval.newBuilder()
                .setSubject(version.getName())
                .setAction(FlightDelay.PROMOTION)
                .setComment(comment))
        .build();
  }
}
