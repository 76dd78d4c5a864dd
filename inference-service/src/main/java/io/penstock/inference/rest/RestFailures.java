package io.penstock.inference.rest;

import io.grpc.Status.Code;
import io.penstock.inference.rest.RestFailure.BodyTooLarge;
import io.penstock.inference.rest.RestFailure.MalformedRequest;
import io.penstock.inference.rest.RestFailure.RequestTooSlow;
import io.penstock.inference.rest.RestFailure.UnknownRoute;
import io.penstock.inference.rest.RestFailure.VerbNotAllowed;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.HttpStatuses;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The answers to what is wrong with a request before it is a call.
@Singleton
final class RestFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof RestFailure ours ? Optional.of(toStatus(ours)) : Optional.empty();
  }

  static FailureStatus toStatus(RestFailure failure) {
    return switch (failure) {
      case MalformedRequest(_, var problem) ->
          FailureStatus.of(Code.INVALID_ARGUMENT, "HTTP_REQUEST_REFUSED", problem);
      case RequestTooSlow() ->
          FailureStatus.of(
              Code.INVALID_ARGUMENT, "HTTP_REQUEST_REFUSED", "the request did not arrive in time");
      case BodyTooLarge(var limit) ->
          FailureStatus.of(
                  Code.OUT_OF_RANGE,
                  "BODY_TOO_LARGE",
                  "request body (expected: at most " + limit + " bytes)")
              .withMetadata("limit_bytes", Long.toString(limit));
      case UnknownRoute(var verb, var path) ->
          FailureStatus.of(Code.NOT_FOUND, "ROUTE_UNKNOWN", verb + " " + path + ": no such route");
      case VerbNotAllowed(var verb, var path, var allowed) ->
          FailureStatus.of(
              Code.UNIMPLEMENTED,
              "VERB_NOT_ALLOWED",
              "%s %s: (expected: %s)".formatted(verb, path, String.join(" or ", allowed)));
    };
  }

  static int httpStatus(RestFailure failure) {
    return switch (failure) {
      case MalformedRequest(var status, _) -> status;
      case RequestTooSlow() -> 408;
      case BodyTooLarge _ -> 413;
      case UnknownRoute _ -> HttpStatuses.of(Code.NOT_FOUND);
      case VerbNotAllowed _ -> 405;
    };
  }
}
