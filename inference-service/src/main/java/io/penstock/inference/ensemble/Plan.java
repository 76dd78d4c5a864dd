package io.penstock.inference.ensemble;

import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A graph as a run needs it: which steps a tensor lets begin, and what a step waits for.
final class Plan {

  private final Graph graph;
  private final Map<String, List<Integer>> takers;
  private final int[] waitsFor;

  Plan(Graph graph) {
    this.graph = graph;
    this.takers = Map.copyOf(graph.takers());
    this.waitsFor =
        graph.steps().stream()
            .mapToInt(step -> Set.copyOf(step.inputs().values()).size())
            .toArray();
  }

  Graph graph() {
    return graph;
  }

  Step step(int index) {
    return graph.steps().get(index);
  }

  List<TensorSpec> outputs() {
    return graph.outputs();
  }

  /// The steps that take a tensor.
  List<Integer> takers(String tensor) {
    return takers.getOrDefault(tensor, List.of());
  }

  /// How many tensors each step waits for; the caller's own copy.
  int[] waitsFor() {
    return waitsFor.clone();
  }
}
