package io.penstock.inference.evaluation;

import io.grpc.StatusRuntimeException;
import io.penstock.inference.evaluation.RegistryRefused.Meaning;
import io.penstock.kit.failure.FailureStatus;
import java.util.Set;

/// The registry's refusals as what they mean to an evaluator.
final class RefusalProtos {

  private static final Set<String> NOT_OURS =
      Set.of("BENCHMARK_CLAIM_LOST", "BENCHMARK_RUN_ENDED", "BENCHMARK_RUN_NOT_FOUND");

  private RefusalProtos() {}

  static RegistryRefused read(StatusRuntimeException refused) {
    var status = refused.getStatus();
    var words = status.getDescription();
    return new RegistryRefused(
        meaning(refused), words == null ? status.getCode().name() : words, refused);
  }

  private static Meaning meaning(StatusRuntimeException refused) {
    boolean lost =
        FailureStatus.from(refused)
            .map(FailureStatus::reason)
            .filter(NOT_OURS::contains)
            .isPresent();
    if (lost) {
      return Meaning.LOST;
    }
    return switch (refused.getStatus().getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, DATA_LOSS ->
          Meaning.FINAL;
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          ABORTED,
          UNIMPLEMENTED,
          INTERNAL,
          UNAVAILABLE,
          UNAUTHENTICATED ->
          Meaning.PASSING;
    };
  }
}
