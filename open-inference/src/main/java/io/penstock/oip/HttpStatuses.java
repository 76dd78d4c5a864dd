package io.penstock.oip;

import io.grpc.Status.Code;

/// gRPC codes as HTTP statuses, as google/rpc/code.proto has it.
public final class HttpStatuses {

  private HttpStatuses() {}

  public static int of(Code code) {
    return switch (code) {
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

  /// The status of a failure. A few reasons have a word of their own in HTTP.
  public static int of(Code code, String reason) {
    return switch (reason) {
      case "BODY_TOO_LARGE" -> 413;
      case "ENCODING_UNSUPPORTED" -> 415;
      default -> of(code);
    };
  }
}
