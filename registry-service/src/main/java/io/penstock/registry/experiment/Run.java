package io.penstock.registry.experiment;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One try of an experiment with everything known about it.
///
/// @param metrics the latest value of each metric
public record Run(
    RunName name,
    String displayName,
    RunStatus status,
    Map<String, String> params,
    Map<String, Double> metrics,
    Map<String, String> tags,
    List<RunInput> inputs,
    Instant startTime,
    @Nullable Instant endTime,
    String createdBy) {
  public Run {
    params = Map.copyOf(params);
    metrics = Map.copyOf(metrics);
    tags = Map.copyOf(tags);
    inputs = List.copyOf(inputs);
  }
}
