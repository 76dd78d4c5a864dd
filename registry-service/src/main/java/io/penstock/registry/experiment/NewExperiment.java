package io.penstock.registry.experiment;

import io.penstock.registry.Lifecycle;
import java.util.Map;
import java.util.Optional;

/// An experiment that is to be, without its id.
///
/// @param artifactLocation empty for the place that the registry chooses
public record NewExperiment(
    String name, Map<String, String> tags, Optional<String> artifactLocation, String createdBy) {

  Experiment numbered(String id, long nowMs) {
    return new Experiment(
        id,
        name,
        "",
        tags,
        artifactLocation.orElseGet(() -> DefaultLocations.ofExperiment(id)),
        Lifecycle.ACTIVE,
        nowMs,
        nowMs,
        createdBy);
  }
}
