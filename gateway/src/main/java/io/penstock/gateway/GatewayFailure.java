package io.penstock.gateway;

import io.penstock.kit.failure.Failure;
import io.penstock.proto.options.v1.Cost;
import java.time.Duration;
import java.util.Set;

/// What can go wrong at the edge before a service is asked.
public sealed interface GatewayFailure extends Failure {

  /// Nothing is declared at this path.
  record UnknownRoute(String verb, String path) implements GatewayFailure {}

  /// The path is declared, for other verbs.
  record VerbNotAllowed(String verb, String path, Set<String> allowed) implements GatewayFailure {}

  /// A body that is larger than the gateway takes.
  record BodyTooLarge(long limitBytes) implements GatewayFailure {}

  /// A principal that called more often than it may.
  record RateLimited(String principal, Cost cost, long perSecond, Duration retryAfter)
      implements GatewayFailure {}

  /// A service that does not answer; its breaker may be open, so that callers hear of it at once.
  record ServiceUnavailable(String service, String detail, Duration retryAfter)
      implements GatewayFailure {}

  /// A parameter that MLflow's API refuses, in its words.
  record InvalidParameter(String message) implements GatewayFailure {}

  /// A body that cannot be read.
  record MalformedRequest(String message) implements GatewayFailure {}

  /// So much under way that one more would endanger the rest.
  record Overloaded(String what, long limit) implements GatewayFailure {}
}
