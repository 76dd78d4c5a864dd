package io.penstock.feature;

import io.grpc.Status.Code;
import io.penstock.feature.FeatureFailure.EntityAlreadyExists;
import io.penstock.feature.FeatureFailure.EntityChanged;
import io.penstock.feature.FeatureFailure.EntityNotFound;
import io.penstock.feature.FeatureFailure.FeatureNotFound;
import io.penstock.feature.FeatureFailure.FeatureViewNotFound;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.util.Optional;

/// How each failure of this service is answered.
@Singleton
final class FeatureFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof FeatureFailure own ? Optional.of(toStatus(own)) : Optional.empty();
  }

  static FailureStatus toStatus(FeatureFailure failure) {
    return switch (failure) {
      case EntityNotFound(String entity, String field) ->
          notFound("ENTITY_NOT_FOUND", "'" + entity + "' does not exist", field)
              .withMetadata("entity", entity);
      case EntityAlreadyExists(String entity) ->
          FailureStatus.of(
                  Code.ALREADY_EXISTS, "ENTITY_ALREADY_EXISTS", "'" + entity + "' exists already")
              .withMetadata("entity", entity)
              .withViolation("entity_id", "is taken, expected a new one");
      case FeatureViewNotFound(String view, String field) ->
          notFound("FEATURE_VIEW_NOT_FOUND", "'" + view + "' does not exist", field)
              .withMetadata("feature_view", view);
      case FeatureNotFound(String view, String feature, String field) ->
          notFound("FEATURE_NOT_FOUND", "'" + view + "' has no feature '" + feature + "'", field)
              .withMetadata("feature_view", view)
              .withMetadata("feature", feature);
      case EntityChanged(String view, String entity, String given) ->
          FailureStatus.of(
                  Code.FAILED_PRECONDITION,
                  "FEATURE_VIEW_ENTITY_CHANGED",
                  "'%s' is about '%s' and was given '%s'".formatted(view, entity, given))
              .withMetadata("feature_view", view)
              .withMetadata("entity", entity)
              .withViolation("entity", "was '" + given + "', expected '" + entity + "'");
    };
  }

  private static FailureStatus notFound(String reason, String message, String field) {
    return FailureStatus.of(Code.NOT_FOUND, reason, message).withViolation(field, message);
  }
}
