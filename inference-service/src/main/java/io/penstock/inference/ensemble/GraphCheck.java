package io.penstock.inference.ensemble;

import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Holds a graph against the models that are loaded now: whether all of them are there, and whether
/// what one gives is what the next takes.
final class GraphCheck {

  // Graphs of graphs of graphs are somebody's mistake.
  private static final int MOST_DEPTH = 4;

  private final String self;
  private final Graph graph;
  private final LoadedModels models;
  private final List<String> problems = new ArrayList<>();

  private GraphCheck(String self, Graph graph, LoadedModels models) {
    this.self = self;
    this.graph = graph;
    this.models = models;
  }

  /// What stands against serving the graph as the model of that name; empty where nothing does.
  static List<String> problems(String self, Graph graph, LoadedModels models) {
    var check = new GraphCheck(self, graph, models);
    check.check();
    return List.copyOf(check.problems);
  }

  private void check() {
    var tensors = new LinkedHashMap<String, List<TensorSpec>>();
    graph.inputs().forEach(input -> tensors.put(input.name(), List.of(input)));
    for (int i = 0; i < graph.steps().size(); i++) {
      give(i, tensors);
    }
    for (int i = 0; i < graph.steps().size(); i++) {
      take(i, tensors);
    }
    graph.outputs().forEach(output -> compare(output, tensors));
    requireDepth();
  }

  // Every version that may answer a step counts: a split sends requests to each of them.
  private void give(int index, Map<String, List<TensorSpec>> tensors) {
    var step = graph.steps().get(index);
    var versions = models.of(step.model(), step.version());
    if (versions.isEmpty()) {
      problems.add(
          "step %s needs %s, which is not loaded".formatted(graph.label(index), nameOf(step)));
    }
    step.outputs()
        .forEach((output, tensor) -> tensors.put(tensor, given(index, output, tensor, versions)));
    fallback(step).forEach(version -> requireOutputs(index, step, version));
  }

  private static String nameOf(Step step) {
    return step.version().isEmpty()
        ? "'" + step.model() + "'"
        : "version %s of '%s'".formatted(step.version(), step.model());
  }

  private List<StepModel> fallback(Step step) {
    return step.fallback().isEmpty() ? List.of() : models.of(step.fallback(), "");
  }

  private List<TensorSpec> given(
      int index, String output, String tensor, List<StepModel> versions) {
    var specs = new ArrayList<TensorSpec>();
    for (var version : versions) {
      var spec = version.output(output);
      spec.ifPresent(known -> specs.add(new TensorSpec(tensor, known.type(), known.shape())));
      if (spec.isEmpty()) {
        lacksOutput(index, version, output);
      }
    }
    return specs;
  }

  private void requireOutputs(int index, Step step, StepModel version) {
    step.outputs().keySet().stream()
        .filter(output -> version.output(output).isEmpty())
        .forEach(output -> lacksOutput(index, version, output));
  }

  private void lacksOutput(int index, StepModel version, String output) {
    problems.add(
        "step %s takes '%s' of %s, which gives %s"
            .formatted(
                graph.label(index),
                output,
                version.version(),
                version.outputs().stream().map(TensorSpec::name).toList()));
  }

  private void take(int index, Map<String, List<TensorSpec>> tensors) {
    var step = graph.steps().get(index);
    var versions = new ArrayList<>(models.of(step.model(), step.version()));
    versions.addAll(fallback(step));
    for (var version : versions) {
      requireNeeded(index, step, version);
      step.inputs()
          .forEach(
              (input, tensor) ->
                  takes(index, version, input, tensors.getOrDefault(tensor, List.of())));
    }
  }

  private void requireNeeded(int index, Step step, StepModel version) {
    var mapped = step.inputs().keySet();
    if (version.needed().stream().noneMatch(mapped::containsAll)) {
      var missing = new TreeSet<>(version.needed().getFirst());
      missing.removeAll(mapped);
      problems.add(
          "step %s does not give %s its %s"
              .formatted(graph.label(index), version.version(), missing));
    }
  }

  private void takes(int index, StepModel version, String name, List<TensorSpec> given) {
    var input = version.input(name);
    if (input.isEmpty()) {
      problems.add(
          "step %s gives %s an input '%s', expected %s"
              .formatted(
                  graph.label(index),
                  version.version(),
                  name,
                  version.inputs().stream().map(TensorSpec::name).toList()));
      return;
    }
    for (var tensor : given) {
      if (!version.takes(input.get(), tensor)) {
        problems.add(
            "step %s gives '%s' of %s the tensor '%s', which is %s %s, expected %s %s"
                .formatted(
                    graph.label(index),
                    name,
                    version.version(),
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    input.get().type(),
                    input.get().shape()));
      }
    }
  }

  private void compare(TensorSpec output, Map<String, List<TensorSpec>> tensors) {
    for (var given : tensors.getOrDefault(output.name(), List.of())) {
      if (given.type() != output.type() || !Shapes.mayFit(given.shape(), output.shape())) {
        problems.add(
            "the output '%s' is declared %s %s, yet step %s gives %s %s"
                .formatted(
                    output.name(),
                    output.type(),
                    output.shape(),
                    graph.label(graph.source(output.name())),
                    given.type(),
                    given.shape()));
      }
    }
  }

  private void requireDepth() {
    var level = Graph.models(graph.steps());
    for (int depth = 1; !level.isEmpty(); depth++) {
      if (level.contains(self)) {
        problems.add("'%s' would ask itself".formatted(self));
        return;
      }
      if (depth > MOST_DEPTH) {
        problems.add("graphs within graphs are more than %d deep".formatted(MOST_DEPTH));
        return;
      }
      level = partsOf(level);
    }
  }

  private Set<String> partsOf(Set<String> level) {
    var parts = new TreeSet<String>();
    for (var model : level) {
      models.of(model, "").forEach(version -> parts.addAll(version.parts()));
    }
    return parts;
  }
}
