package io.penstock.gateway.forward;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.gateway.GatewayFailure.ServiceUnavailable;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.time.Duration;

/// A circuit breaker for every service. Only a service that does not answer counts as failing: an
/// UNAVAILABLE that it answered itself, about something else, is an answer.
@Singleton
final class Breakers {

  /// How long a breaker stays open, and what callers are told to wait.
  static final Duration OPEN = Duration.ofSeconds(1);

  private final CircuitBreakerRegistry registry =
      CircuitBreakerRegistry.of(
          CircuitBreakerConfig.custom()
              .slidingWindowSize(20)
              .minimumNumberOfCalls(5)
              .failureRateThreshold(50)
              .waitDurationInOpenState(OPEN)
              .permittedNumberOfCallsInHalfOpenState(3)
              .recordException(
                  thrown -> thrown instanceof StatusRuntimeException e && isUnreachable(e))
              .build());

  CircuitBreaker of(String peer) {
    return registry.circuitBreaker(peer);
  }

  /// Whether a call ended without an answer of the service.
  static boolean isUnreachable(StatusRuntimeException e) {
    return e.getStatus().getCode() == Code.UNAVAILABLE && FailureStatus.from(e).isEmpty();
  }

  /// What callers are told while a breaker is open.
  static FailureException isOpen(String peer) {
    return unavailable(peer, "its breaker is open after repeated failures");
  }

  /// What callers are told of a call without an answer.
  static FailureException unreachable(String peer, Status status) {
    return unavailable(peer, String.valueOf(status.getDescription()));
  }

  private static FailureException unavailable(String peer, String detail) {
    return new FailureException(new ServiceUnavailable(peer, detail, OPEN));
  }

  static boolean isUnreachable(Status status, Metadata trailers) {
    return status.getCode() == Code.UNAVAILABLE
        && isUnreachable(status.asRuntimeException(trailers));
  }
}
