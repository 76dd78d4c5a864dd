package io.penstock.kit.failure;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns whatever a handler throws into what its caller may see. A bug is answered with its trace
/// id and nothing else of it; the log has the rest.
@Singleton
public final class FailureEncoder {

  private static final Logger log = LoggerFactory.getLogger(FailureEncoder.class);

  /// What another service of ours answered, and what concerns our own caller just as much.
  private static final Set<Code> PASSED_ON =
      EnumSet.of(
          Code.INVALID_ARGUMENT,
          Code.NOT_FOUND,
          Code.ALREADY_EXISTS,
          Code.FAILED_PRECONDITION,
          Code.ABORTED,
          Code.OUT_OF_RANGE,
          Code.RESOURCE_EXHAUSTED,
          Code.UNAVAILABLE);

  private final List<FailureMapping> mappings;
  private final List<ThrownFailures> thrownFailures;

  public FailureEncoder(List<FailureMapping> mappings, List<ThrownFailures> thrownFailures) {
    this.mappings = List.copyOf(mappings);
    this.thrownFailures = List.copyOf(thrownFailures);
  }

  public FailureStatus statusOf(Throwable thrown) {
    return switch (thrown) {
      case FailureException known -> ofFailure(known.failure(), known);
      case StatusRuntimeException answer -> ofPeer(answer);
      case CancellationException _ ->
          FailureStatus.of(Code.CANCELLED, "CANCELLED", "the call was cancelled");
      default -> ofLibrary(thrown);
    };
  }

  private FailureStatus ofFailure(Failure failure, Throwable thrown) {
    return mappings.stream()
        .map(mapping -> mapping.statusOf(failure))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(() -> bug(thrown));
  }

  private FailureStatus ofLibrary(Throwable thrown) {
    return thrownFailures.stream()
        .map(known -> known.failureOf(thrown))
        .flatMap(Optional::stream)
        .findFirst()
        .map(failure -> ofFailure(failure, thrown))
        .orElseGet(() -> bug(thrown));
  }

  private FailureStatus ofPeer(StatusRuntimeException answer) {
    var status = answer.getStatus();
    var known = FailureStatus.from(answer).filter(failure -> PASSED_ON.contains(failure.code()));
    if (known.isPresent()) {
      return known.get();
    }
    return switch (status.getCode()) {
      case UNAVAILABLE -> KitFailures.toStatus(unavailable(status));
      case DEADLINE_EXCEEDED ->
          FailureStatus.of(
              Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "the deadline passed before the answer");
      case CANCELLED -> FailureStatus.of(Code.CANCELLED, "CANCELLED", "the call was cancelled");
      default -> bug(answer);
    };
  }

  private static DependencyUnavailable unavailable(Status status) {
    return new DependencyUnavailable(
        "a service", Optional.ofNullable(status.getDescription()).orElse("no connection"));
  }

  private static FailureStatus bug(Throwable thrown) {
    log.error("internal error", thrown);
    var span = Span.current().getSpanContext();
    var status =
        FailureStatus.of(
            Code.INTERNAL,
            "INTERNAL",
            span.isValid() ? "internal error; trace " + span.getTraceId() : "internal error");
    return span.isValid() ? status.withMetadata("trace_id", span.getTraceId()) : status;
  }
}
