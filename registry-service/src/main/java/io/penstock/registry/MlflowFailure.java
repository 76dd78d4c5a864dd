package io.penstock.registry;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;

/// What MLflow's clients know to go wrong: the reason is MLflow's error code and the message its
/// exact text, because clients and their tests compare both.
///
/// What only Penstock knows stays a [RegistryFailure] below MLflow's paths too: there the gateway
/// finds the error code that suits.
public sealed interface MlflowFailure extends Failure {

  String message();

  /// `INVALID_PARAMETER_VALUE`.
  record InvalidParameter(String message) implements MlflowFailure {}

  /// `BAD_REQUEST`.
  record BadRequest(String message) implements MlflowFailure {}

  /// `RESOURCE_ALREADY_EXISTS`.
  record AlreadyExists(String message) implements MlflowFailure {}

  /// `RESOURCE_DOES_NOT_EXIST`.
  record DoesNotExist(String message) implements MlflowFailure {}

  /// `RESOURCE_CONFLICT`.
  record Conflict(String message) implements MlflowFailure {}

  /// `INVALID_STATE`.
  record InvalidState(String message) implements MlflowFailure {}

  /// `NOT_IMPLEMENTED`.
  record NotImplemented(String message) implements MlflowFailure {}

  /// The failure of a request that lacks a parameter: `name`, or `metrics[0].key` inside others.
  static FailureException missing(String parameter) {
    return invalid(
        "Missing value for required parameter '%s'. See the API docs for more information about request parameters."
            .formatted(parameter));
  }

  /// By far the most frequent one, ready to be thrown.
  static FailureException invalid(String message) {
    return new InvalidParameter(message).exception();
  }

  /// The exception that carries this failure to the caller.
  default FailureException exception() {
    return new FailureException(this);
  }
}
