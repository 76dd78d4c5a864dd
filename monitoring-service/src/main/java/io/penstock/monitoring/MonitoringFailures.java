package io.penstock.monitoring;

import io.grpc.Status.Code;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.monitoring.MonitoringFailure.SpansOverloaded;
import io.penstock.monitoring.MonitoringFailure.UnknownTrace;
import io.penstock.monitoring.MonitoringFailure.UnknownVersion;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/// The answers to monitoring's failures.
@Singleton
public final class MonitoringFailures implements FailureMapping {

  private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof MonitoringFailure known
        ? Optional.of(toStatus(known))
        : Optional.empty();
  }

  static FailureStatus toStatus(MonitoringFailure failure) {
    return switch (failure) {
      case UnknownVersion(var version) ->
          FailureStatus.of(
                  Code.NOT_FOUND, "VERSION_NOT_FOUND", "%s does not exist".formatted(version))
              .withMetadata("version", version);
      case UnknownTrace(var trace) ->
          FailureStatus.of(
                  Code.NOT_FOUND,
                  "TRACE_NOT_FOUND",
                  "%s is not among the recent traces kept here; Jaeger keeps more".formatted(trace))
              .withMetadata("trace", trace);
      case SpansOverloaded(var pending, var limit) ->
          FailureStatus.of(
                  Code.UNAVAILABLE,
                  "SPANS_OVERLOADED",
                  "%d bytes of spans are being taken, at most %d fit".formatted(pending, limit))
              .withRetryAfter(OVERLOAD_PAUSE);
    };
  }
}
