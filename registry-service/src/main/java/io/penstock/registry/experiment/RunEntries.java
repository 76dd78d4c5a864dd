package io.penstock.registry.experiment;

import io.penstock.registry.loggedmodel.ModelMetric;
import io.penstock.registry.metric.MetricPoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one call adds to a run, all or nothing. Parameters and tags keep the order they came in.
///
/// @param modelMetrics those of the metrics that tell of a logged model
public record RunEntries(
    Map<String, String> params,
    List<MetricPoint> metrics,
    Map<String, String> tags,
    List<RunInput> inputs,
    List<ModelMetric> modelMetrics) {
  public RunEntries {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    metrics = List.copyOf(metrics);
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    inputs = List.copyOf(inputs);
    modelMetrics = List.copyOf(modelMetrics);
  }

  public static RunEntries ofParam(String key, String value) {
    return of(Map.of(key, value), Map.of());
  }

  public static RunEntries ofTag(String key, String value) {
    return of(Map.of(), Map.of(key, value));
  }

  private static RunEntries of(Map<String, String> params, Map<String, String> tags) {
    return new RunEntries(params, List.of(), tags, List.of(), List.of());
  }

  int count() {
    return params.size() + metrics.size() + tags.size() + inputs.size();
  }
}
