package io.penstock.gateway.mlflow;

import io.penstock.kit.failure.FailureStatus;

/// MLflow's error codes, each with its HTTP status.
///
/// `INVALID_STATE` is 500 at MLflow, whose clients then try again what can never go well.
enum ErrorCode {
  BAD_REQUEST(400),
  INVALID_PARAMETER_VALUE(400),
  INVALID_STATE(400),
  RESOURCE_ALREADY_EXISTS(400),
  UNAUTHENTICATED(401),
  PERMISSION_DENIED(403),
  ENDPOINT_NOT_FOUND(404),
  RESOURCE_DOES_NOT_EXIST(404),
  RESOURCE_CONFLICT(409),
  REQUEST_LIMIT_EXCEEDED(429),
  CANCELLED(499),
  DATA_LOSS(500),
  INTERNAL_ERROR(500),
  NOT_IMPLEMENTED(501),
  TEMPORARILY_UNAVAILABLE(503),
  DEADLINE_EXCEEDED(504);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
  }

  /// The HTTP status.
  int status() {
    return status;
  }

  /// The code of a failure: its own reason where MLflow knows it, else what its gRPC code means.
  static ErrorCode of(FailureStatus failure) {
    return switch (failure.reason()) {
      case "ROUTE_UNKNOWN", "VERB_NOT_ALLOWED" -> ENDPOINT_NOT_FOUND;
      case "BAD_REQUEST" -> BAD_REQUEST;
      case "INVALID_STATE" -> INVALID_STATE;
      default -> ofCode(failure);
    };
  }

  private static ErrorCode ofCode(FailureStatus failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> INVALID_PARAMETER_VALUE;
      case NOT_FOUND -> RESOURCE_DOES_NOT_EXIST;
      case ALREADY_EXISTS -> RESOURCE_ALREADY_EXISTS;
      case ABORTED -> RESOURCE_CONFLICT;
      case PERMISSION_DENIED -> PERMISSION_DENIED;
      case UNAUTHENTICATED -> UNAUTHENTICATED;
      case RESOURCE_EXHAUSTED -> REQUEST_LIMIT_EXCEEDED;
      case UNAVAILABLE -> TEMPORARILY_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
      case UNIMPLEMENTED -> NOT_IMPLEMENTED;
      case DATA_LOSS -> DATA_LOSS;
      case CANCELLED -> CANCELLED;
      case OK, UNKNOWN, INTERNAL -> INTERNAL_ERROR;
    };
  }
}
