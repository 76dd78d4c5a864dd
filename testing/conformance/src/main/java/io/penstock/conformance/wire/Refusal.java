package io.penstock.conformance.wire;

import io.grpc.Status;

/// What a refusal means, whichever way it was told.
public enum Refusal {
  /// The request is wrong.
  INVALID,
  NOT_FOUND,
  /// Not allowed, or nobody.
  DENIED,
  /// Too much, now or ever.
  LIMITED,
  TOO_LATE,
  UNSUPPORTED,
  UNAVAILABLE,
  CANCELLED,
  /// The server's own fault.
  FAULT;

  /// Whether it tells the caller to do something else, not that the server broke.
  public boolean isCallersMistake() {
    return this == INVALID || this == NOT_FOUND || this == UNSUPPORTED || this == LIMITED;
  }

  static Refusal of(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS, ABORTED -> INVALID;
      case NOT_FOUND -> NOT_FOUND;
      case UNAUTHENTICATED, PERMISSION_DENIED -> DENIED;
      case RESOURCE_EXHAUSTED -> LIMITED;
      case DEADLINE_EXCEEDED -> TOO_LATE;
      case UNIMPLEMENTED -> UNSUPPORTED;
      case UNAVAILABLE -> UNAVAILABLE;
      case CANCELLED -> CANCELLED;
      default -> FAULT;
    };
  }

  static Refusal of(int status) {
    return switch (status) {
      case 400, 409, 411, 412, 415, 422 -> INVALID;
      case 404 -> NOT_FOUND;
      case 401, 403 -> DENIED;
      case 405, 501 -> UNSUPPORTED;
      case 413, 429, 431 -> LIMITED;
      case 408, 504 -> TOO_LATE;
      case 499 -> CANCELLED;
      case 503 -> UNAVAILABLE;
      default -> status < 500 ? INVALID : FAULT;
    };
  }
}
