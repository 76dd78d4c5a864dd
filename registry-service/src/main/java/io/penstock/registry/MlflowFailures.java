package io.penstock.registry;

import io.grpc.Status.Code;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.registry.MlflowFailure.AlreadyExists;
import io.penstock.registry.MlflowFailure.BadRequest;
import io.penstock.registry.MlflowFailure.Conflict;
import io.penstock.registry.MlflowFailure.DoesNotExist;
import io.penstock.registry.MlflowFailure.InvalidParameter;
import io.penstock.registry.MlflowFailure.InvalidState;
import io.penstock.registry.MlflowFailure.NotImplemented;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The answers to the failures that MLflow has codes for.
@Singleton
final class MlflowFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof MlflowFailure known ? Optional.of(toStatus(known)) : Optional.empty();
  }

  private static FailureStatus toStatus(MlflowFailure failure) {
    return switch (failure) {
      case InvalidParameter(var message) ->
          FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", message);
      case BadRequest(var message) ->
          FailureStatus.of(Code.INVALID_ARGUMENT, "BAD_REQUEST", message);
      case AlreadyExists(var message) ->
          FailureStatus.of(Code.ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS", message);
      case DoesNotExist(var message) ->
          FailureStatus.of(Code.NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", message);
      case Conflict(var message) -> FailureStatus.of(Code.ABORTED, "RESOURCE_CONFLICT", message);
      case InvalidState(var message) ->
          FailureStatus.of(Code.FAILED_PRECONDITION, "INVALID_STATE", message);
      case NotImplemented(var message) ->
          FailureStatus.of(Code.UNIMPLEMENTED, "NOT_IMPLEMENTED", message);
    };
  }
}
