package io.penstock.registry.lineage;

import java.util.List;

/// Everything that a run read and made.
public record RunLinks(
    List<NotedInput> datasets, List<String> modelInputs, List<ModelOutput> modelOutputs) {

  public static final RunLinks NONE = new RunLinks(List.of(), List.of(), List.of());

  public RunLinks {
    datasets = List.copyOf(datasets);
    modelInputs = List.copyOf(modelInputs);
    modelOutputs = List.copyOf(modelOutputs);
  }
}
