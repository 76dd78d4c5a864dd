package io.penstock.inference.ensemble;

import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The steps of an ensemble and which of them wait for which. Sound as far as names go: every
/// tensor comes from one place, every step has what it waits for in the end, and none is in vain.
final class Graph {

  /// Where tensors of the request itself come from.
  static final int REQUEST = -1;

  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final List<Step> steps;
  private final Map<String, Integer> sources = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Graph(VersionConfig config) {
    this.inputs = config.inputs();
    this.outputs = config.outputs();
    this.steps = config.steps();
  }

  static Graph of(VersionConfig config) throws GraphRefused {
    var graph = new Graph(config);
    graph.check();
    if (!graph.problems.isEmpty()) {
      throw new GraphRefused(graph.problems);
    }
    return graph;
  }

  /// The models that steps ask, and those that stand in for them.
  static Set<String> models(List<Step> steps) {
    return steps.stream()
        .flatMap(step -> Stream.of(step.model(), step.fallback()))
        .filter(model -> !model.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  List<TensorSpec> inputs() {
    return inputs;
  }

  List<TensorSpec> outputs() {
    return outputs;
  }

  List<Step> steps() {
    return steps;
  }

  /// The step that a tensor comes from, or [#REQUEST].
  int source(String tensor) {
    return sources.getOrDefault(tensor, REQUEST);
  }

  /// What a step is called where people read of it.
  String label(int index) {
    return "%d (%s)".formatted(index, steps.get(index).model());
  }

  private void check() {
    problemIf(inputs.isEmpty(), "the ensemble declares no input");
    problemIf(outputs.isEmpty(), "the ensemble declares no output");
    problemIf(steps.isEmpty(), "the ensemble has no step");
    inputs.forEach(input -> sources.put(input.name(), REQUEST));
    for (int i = 0; i < steps.size(); i++) {
      addSources(i);
    }
    for (int i = 0; i < steps.size(); i++) {
      requireSources(i);
    }
    for (var output : outputs) {
      problemIf(
          source(output.name()) == REQUEST,
          "no step gives the output '%s'".formatted(output.name()));
    }
    if (problems.isEmpty()) {
      requireOrder();
      requireUse();
    }
  }

  private void problemIf(boolean wrong, String words) {
    if (wrong) {
      problems.add(words);
    }
  }

  private void addSources(int index) {
    for (var tensor : steps.get(index).outputs().values()) {
      var before = sources.putIfAbsent(tensor, index);
      problemIf(
          before != null,
          "tensor '%s' comes from step %s and from %s"
              .formatted(
                  tensor,
                  label(index),
                  before == null || before == REQUEST ? "the request" : "step " + label(before)));
    }
  }

  private void requireSources(int index) {
    for (var tensor : new TreeSet<>(steps.get(index).inputs().values())) {
      problemIf(
          !sources.containsKey(tensor),
          "step %s takes '%s', which nothing gives".formatted(label(index), tensor));
    }
  }

  private Set<Integer> before(int index) {
    return steps.get(index).inputs().values().stream()
        .map(this::source)
        .filter(step -> step != REQUEST)
        .collect(Collectors.toSet());
  }

  // What is left when every step that waits for none of the others is taken away, again and again,
  // waits for itself.
  private void requireOrder() {
    var left =
        IntStream.range(0, steps.size()).boxed().collect(Collectors.toCollection(TreeSet::new));
    while (left.removeIf(step -> before(step).stream().noneMatch(left::contains))) {
      // Goes on with those that waited for the steps just taken away.
    }
    problemIf(
        !left.isEmpty(),
        "steps wait for each other in a circle: "
            + left.stream().map(this::label).collect(Collectors.joining(", ")));
  }

  private void requireUse() {
    var used = new HashSet<Integer>();
    outputs.forEach(output -> use(source(output.name()), used));
    IntStream.range(0, steps.size())
        .filter(step -> !used.contains(step))
        .forEach(step -> problems.add("nothing needs step " + label(step)));
  }

  private void use(int step, Set<Integer> used) {
    if (step != REQUEST && used.add(step)) {
      before(step).forEach(other -> use(other, used));
    }
  }

  /// The tensors whose arrival may let steps begin: by tensor, the steps that take it.
  Map<String, List<Integer>> takers() {
    var takers = new HashMap<String, List<Integer>>();
    for (int i = 0; i < steps.size(); i++) {
      for (var tensor : Set.copyOf(steps.get(i).inputs().values())) {
        takers.computeIfAbsent(tensor, _ -> new ArrayList<>()).add(i);
      }
    }
    return takers;
  }
}
