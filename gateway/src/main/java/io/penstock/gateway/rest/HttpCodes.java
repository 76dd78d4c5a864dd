package io.penstock.gateway.rest;

import io.penstock.kit.failure.FailureStatus;

/// The one table from failures to HTTP statuses: by gRPC code as google/rpc/code.proto has it, but
/// for the few reasons for which HTTP has a word of its own.
final class HttpCodes {

  private HttpCodes() {}

  static int of(FailureStatus failure) {
    return switch (failure.reason()) {
      case "VERB_NOT_ALLOWED" -> 405;
      case "BODY_TOO_LARGE" -> 413;
      case "GATE_REFUSED" -> 412;
      default -> byCode(failure);
    };
  }

  private static int byCode(FailureStatus failure) {
    return switch (failure.code()) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case INTERNAL, UNKNOWN, DATA_LOSS -> 500;
    };
  }
}
