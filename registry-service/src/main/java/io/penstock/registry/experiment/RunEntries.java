package io.penstock.registry.experiment;

import io.penstock.registry.metric.MetricPoint;
import java.util.List;
import java.util.Map;

/// What one call adds to a run, all or nothing.
record RunEntries(
    Map<String, String> params,
    List<MetricPoint> metrics,
    Map<String, String> tags,
    List<RunInput> inputs) {
  RunEntries {
    params = Map.copyOf(params);
    metrics = List.copyOf(metrics);
    tags = Map.copyOf(tags);
    inputs = List.copyOf(inputs);
  }
}
