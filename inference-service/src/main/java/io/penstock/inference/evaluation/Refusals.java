package io.penstock.inference.evaluation;

import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureStatus;
import java.util.Set;

/// What the registry's refusals mean to an evaluator.
final class Refusals {

  private static final Set<String> NOT_OURS =
      Set.of("BENCHMARK_CLAIM_LOST", "BENCHMARK_RUN_ENDED", "BENCHMARK_RUN_NOT_FOUND");

  private Refusals() {}

  /// Whether the run is no longer ours to end.
  static boolean meansLost(StatusRuntimeException refused) {
    return FailureStatus.from(refused)
        .map(FailureStatus::reason)
        .filter(NOT_OURS::contains)
        .isPresent();
  }

  /// Whether asking again would be refused again.
  static boolean isFinal(StatusRuntimeException refused) {
    return switch (refused.getStatus().getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, DATA_LOSS -> true;
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
          false;
    };
  }

  static String words(StatusRuntimeException refused) {
    var status = refused.getStatus();
    return status.getDescription() == null ? status.getCode().name() : status.getDescription();
  }
}
