package io.penstock.registry.promotion;

import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.Peers;
import io.penstock.proto.governance.v1.CriterionDecision;
import io.penstock.proto.governance.v1.EvaluateGateRequest;
import io.penstock.proto.governance.v1.GateDecision;
import io.penstock.proto.governance.v1.GateServiceGrpc;
import io.penstock.registry.RegistryFailure.GateUnusable;
import io.penstock.registry.promotion.Promotion.UnmetCriterion;
import io.penstock.registry.version.Stage;
import jakarta.inject.Singleton;
import java.util.List;

/// The gates of the stages, which governance-service keeps and evaluates.
@Singleton
final class GateClient {

  /// What a gate said.
  ///
  /// @param decision name of the stored decision
  record Answer(String decision, boolean passed, List<UnmetCriterion> unmet) {
    Answer {
      unmet = List.copyOf(unmet);
    }
  }

  private final Peers peers;

  GateClient(Peers peers) {
    this.peers = peers;
  }

  Answer ask(Facts facts) {
    var request =
        EvaluateGateRequest.newBuilder()
            .setPolicy(policy(facts.target()))
            .setSubject(facts.version().name().toString())
            .setAction("promote:" + facts.target().word())
            .setFacts(facts.toStruct())
            .build();
    return answer(evaluate(request));
  }

  private GateDecision evaluate(EvaluateGateRequest request) {
    try {
      return GateServiceGrpc.newBlockingStub(peers.channel("governance")).evaluateGate(request);
    } catch (StatusRuntimeException e) {
      throw switch (e.getStatus().getCode()) {
        case NOT_FOUND, INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION ->
            new FailureException(
                new GateUnusable(request.getPolicy(), "governance-service: " + e.getMessage()), e);
        default -> PeerFailures.orRethrow("governance-service", e);
      };
    }
  }

  private static Answer answer(GateDecision decision) {
    var unmet =
        decision.getCriteriaList().stream()
            .filter(criterion -> !criterion.getMet())
            .map(GateClient::unmet)
            .toList();
    return new Answer(decision.getName(), decision.getPassed(), unmet);
  }

  private static UnmetCriterion unmet(CriterionDecision criterion) {
    return new UnmetCriterion(criterion.getId(), criterion.getDescription(), criterion.getDetail());
  }

  private static String policy(Stage stage) {
    return "gatePolicies/" + stage.word();
  }
}
