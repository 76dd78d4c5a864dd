package io.penstock.feature;

import io.penstock.kit.failure.Failure;

/// What can go wrong with features beyond malformed requests. `field` is the path of the request
/// field that named it.
public sealed interface FeatureFailure extends Failure {

  /// No such entity.
  record EntityNotFound(String entity, String field) implements FeatureFailure {}

  /// An entity of this id is there already.
  record EntityAlreadyExists(String entity) implements FeatureFailure {}

  /// No such feature view, or no such version of it.
  record FeatureViewNotFound(String featureView, String field) implements FeatureFailure {}

  /// The view has no such feature.
  record FeatureNotFound(String featureView, String feature, String field)
      implements FeatureFailure {}

  /// A new version would turn the view to another entity.
  record EntityChanged(String featureView, String entity, String given) implements FeatureFailure {}
}
