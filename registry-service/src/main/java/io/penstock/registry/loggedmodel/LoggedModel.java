package io.penstock.registry.loggedmodel;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model that a run saved, with everything known about it.
///
/// @param id `m-` and 32 hex digits
/// @param sourceRun the id of the run that saved it, as MLflow knows it
/// @param metrics every point measured on it
public record LoggedModel(
    String id,
    String experiment,
    String name,
    Optional<String> modelType,
    Optional<String> sourceRun,
    LoggedModelStatus status,
    String artifactUri,
    long createMs,
    long updateMs,
    Map<String, String> params,
    Map<String, String> tags,
    List<ModelMetric> metrics,
    List<Registration> registrations) {
  public LoggedModel {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    metrics = List.copyOf(metrics);
    registrations = List.copyOf(registrations);
  }

  /// The resource of its audit events.
  static String resource(String id) {
    return "loggedModels/" + id;
  }
}
