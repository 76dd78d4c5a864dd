package io.penstock.governance.gate;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.governance.v1.EvaluateGateRequest;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GatePolicy;
import io.penstock.proto.governance.v1.GateServiceGrpc;
import io.penstock.proto.governance.v1.GetGateDecisionRequest;
import io.penstock.proto.governance.v1.GetGatePolicyRequest;
import io.penstock.proto.governance.v1.ListGateDecisionsRequest;
import io.penstock.proto.governance.v1.ListGateDecisionsResponse;
import io.penstock.proto.governance.v1.ListGatePoliciesRequest;
import io.penstock.proto.governance.v1.ListGatePoliciesResponse;
import io.penstock.proto.governance.v1.PutGatePolicyRequest;
import io.penstock.proto.governance.v1.ReplayGateDecisionRequest;
import io.penstock.proto.governance.v1.ReplayGateDecisionResponse;
import jakarta.inject.Singleton;

/// Policies and decisions over gRPC.
@Singleton
final class GateGrpcService extends GateServiceGrpc.GateServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(50, 1000);

  private final Gates gates;

  GateGrpcService(Gates gates) {
    this.gates = gates;
  }

  @Override
  public void listGatePolicies(
      ListGatePoliciesRequest request, StreamObserver<ListGatePoliciesResponse> out) {
    Calls.unary(
        out,
        () ->
            ListGatePoliciesResponse.newBuilder()
                .addAllPolicies(gates.policies().stream().map(GateProtos::toProto).toList())
                .build());
  }

  @Override
  public void getGatePolicy(GetGatePolicyRequest request, StreamObserver<GatePolicy> out) {
    Calls.unary(
        out,
        () -> GateProtos.toProto(gates.policy(GateProtos.policyId("name", request.getName()))));
  }

  @Override
  public void putGatePolicy(PutGatePolicyRequest request, StreamObserver<GatePolicy> out) {
    Calls.unary(
        out,
        () -> GateProtos.toProto(gates.put(GateProtos.fromProto(request.getPolicy()), request)));
  }

  @Override
  public void evaluateGate(EvaluateGateRequest request, StreamObserver<GateDecision> out) {
    Calls.unary(out, () -> GateProtos.toProto(gates.evaluate(GateProtos.fromProto(request))));
  }

  @Override
  public void getGateDecision(GetGateDecisionRequest request, StreamObserver<GateDecision> out) {
    Calls.unary(
        out, () -> GateProtos.toProto(gates.decision(GateProtos.decisionId(request.getName()))));
  }

  @Override
  public void listGateDecisions(
      ListGateDecisionsRequest request, StreamObserver<ListGateDecisionsResponse> out) {
    Calls.unary(
        out,
        () -> {
          String subject = request.getSubject();
          var page =
              PAGES.request(
                  "decisions of " + subject, request.getPageSize(), request.getPageToken());
          return GateProtos.toProto(gates.decisions(subject, page));
        });
  }

  @Override
  public void replayGateDecision(
      ReplayGateDecisionRequest request, StreamObserver<ReplayGateDecisionResponse> out) {
    Calls.unary(
        out, () -> GateProtos.toProto(gates.replay(GateProtos.decisionId(request.getName()))));
  }
}
