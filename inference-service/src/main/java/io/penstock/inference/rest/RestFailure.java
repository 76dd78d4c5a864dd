package io.penstock.inference.rest;

import io.penstock.kit.failure.Failure;
import java.util.Set;

/// What can be wrong with an HTTP request before it is a call.
sealed interface RestFailure extends Failure {

  /// Bytes that are no HTTP/1.1.
  record MalformedRequest(int status, String problem) implements RestFailure {}

  /// A request that did not arrive whole in time.
  record RequestTooSlow() implements RestFailure {}

  /// A body that is larger than the service takes.
  record BodyTooLarge(long limitBytes) implements RestFailure {}

  /// Nothing is declared at this path.
  record UnknownRoute(String verb, String path) implements RestFailure {}

  /// The path is declared, for other verbs.
  record VerbNotAllowed(String verb, String path, Set<String> allowed) implements RestFailure {}
}
