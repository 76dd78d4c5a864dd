package io.penstock.gateway;

import io.grpc.Status.Code;
import io.penstock.gateway.GatewayFailure.BodyTooLarge;
import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.gateway.GatewayFailure.MalformedRequest;
import io.penstock.gateway.GatewayFailure.Overloaded;
import io.penstock.gateway.GatewayFailure.RateLimited;
import io.penstock.gateway.GatewayFailure.ServiceUnavailable;
import io.penstock.gateway.GatewayFailure.UnknownRoute;
import io.penstock.gateway.GatewayFailure.VerbNotAllowed;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/// The answers to the gateway's own failures.
@Singleton
final class GatewayFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof GatewayFailure ours ? Optional.of(toStatus(ours)) : Optional.empty();
  }

  static FailureStatus toStatus(GatewayFailure failure) {
    return switch (failure) {
      case UnknownRoute(var verb, var path) ->
          FailureStatus.of(
              Code.NOT_FOUND,
              "ROUTE_UNKNOWN",
              verb + " " + path + ": no such route; /docs lists them");
      case VerbNotAllowed(var verb, var path, var allowed) ->
          FailureStatus.of(
                  Code.UNIMPLEMENTED,
                  "VERB_NOT_ALLOWED",
                  "%s %s: (expected: %s)".formatted(verb, path, String.join(" or ", allowed)))
              .withMetadata("allowed", String.join(", ", allowed));
      case BodyTooLarge(var limit) ->
          FailureStatus.of(
                  Code.OUT_OF_RANGE,
                  "BODY_TOO_LARGE",
                  "request body (expected: at most " + limit + " bytes)")
              .withMetadata("limit_bytes", Long.toString(limit));
      case RateLimited(var principal, var cost, var perSecond, var retryAfter) ->
          FailureStatus.of(
                  Code.RESOURCE_EXHAUSTED,
                  "RATE_LIMITED",
                  "%s called more often than %d times a second (%s)"
                      .formatted(principal, perSecond, cost))
              .withMetadata("cost", cost.name())
              .withRetryAfter(retryAfter);
      case ServiceUnavailable(var service, var detail, var retryAfter) ->
          FailureStatus.of(
                  Code.UNAVAILABLE,
                  "SERVICE_UNAVAILABLE",
                  service + "-service does not answer: " + detail)
              .withMetadata("service", service)
              .withRetryAfter(retryAfter);
      case InvalidParameter(var message) ->
          FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", message);
      case MalformedRequest(var message) ->
          FailureStatus.of(Code.INVALID_ARGUMENT, "BAD_REQUEST", message);
      case Overloaded(var what, var limit) ->
          FailureStatus.of(
                  Code.UNAVAILABLE,
                  "GATEWAY_OVERLOADED",
                  "too much under way at the gateway (expected: at most %d %s)"
                      .formatted(limit, what))
              .withMetadata("limit", Long.toString(limit))
              .withRetryAfter(Duration.ofSeconds(1));
    };
  }
}
