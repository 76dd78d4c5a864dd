package io.penstock.registry.promotion;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import java.util.Set;

/// Names the service that did not answer, so that the caller learns more than that something is
/// away.
final class PeerFailures {

  private static final Set<Code> AWAY = Set.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED);

  private PeerFailures() {}

  /// The exception to throw for what a peer answered.
  static RuntimeException orRethrow(String peer, StatusRuntimeException answer) {
    return AWAY.contains(answer.getStatus().getCode())
        ? new FailureException(
            new DependencyUnavailable(peer, answer.getStatus().getCode().name()), answer)
        : answer;
  }
}
