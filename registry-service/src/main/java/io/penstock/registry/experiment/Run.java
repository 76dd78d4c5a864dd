package io.penstock.registry.experiment;

import io.penstock.registry.Lifecycle;
import io.penstock.registry.lineage.RunLinks;
import io.penstock.registry.metric.MetricPoint;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One try of an experiment with everything known about it.
///
/// @param metrics the latest point of each metric
/// @param inputs the snapshots that it read
/// @param links what it read and made, as MLflow notes it
/// @param startMs milliseconds since 1970
/// @param userId whom the client named; who called is `createdBy`
public record Run(
    RunName name,
    String displayName,
    RunStatus status,
    Lifecycle lifecycle,
    Map<String, String> params,
    List<MetricPoint> metrics,
    Map<String, String> tags,
    List<RunInput> inputs,
    RunLinks links,
    String artifactUri,
    long startMs,
    @Nullable Long endMs,
    String userId,
    String createdBy) {
  public Run {
    params = Map.copyOf(params);
    metrics = List.copyOf(metrics);
    tags = Map.copyOf(tags);
    inputs = List.copyOf(inputs);
  }

  /// The latest value of each metric.
  public Map<String, Double> metricValues() {
    return metrics.stream().collect(Collectors.toMap(MetricPoint::key, MetricPoint::value));
  }

  /// This run with its files at a URI.
  Run storedAt(String uri) {
    return new Run(
        name,
        displayName,
        status,
        lifecycle,
        params,
        metrics,
        tags,
        inputs,
        links,
        uri,
        startMs,
        endMs,
        userId,
        createdBy);
  }
}
