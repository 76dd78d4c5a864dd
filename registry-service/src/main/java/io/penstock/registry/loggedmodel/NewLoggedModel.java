package io.penstock.registry.loggedmodel;

import java.util.Map;
import java.util.Optional;

/// A model that a run is about to save.
public record NewLoggedModel(
    String experiment,
    String name,
    Optional<String> modelType,
    Optional<String> sourceRun,
    Map<String, String> params,
    Map<String, String> tags) {
  public NewLoggedModel {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
  }
}
