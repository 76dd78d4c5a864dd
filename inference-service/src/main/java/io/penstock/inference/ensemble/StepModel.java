package io.penstock.inference.ensemble;

import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A loaded version as a step sees it.
///
/// @param inputs what it takes
/// @param columns names of inputs that are one column each, of any type of number
/// @param needed sets of inputs of which one must be given whole
/// @param parts the models that it asks itself
record StepModel(
    String version,
    List<TensorSpec> inputs,
    Set<String> columns,
    List<Set<String>> needed,
    List<TensorSpec> outputs,
    Set<String> parts) {

  StepModel {
    inputs = List.copyOf(inputs);
    columns = Set.copyOf(columns);
    needed = List.copyOf(needed);
    outputs = List.copyOf(outputs);
    parts = Set.copyOf(parts);
  }

  static StepModel of(ServedVersion version) {
    var own = version.model().inputs();
    var parts = Graph.models(version.config().steps());
    var name = version.name().toString();
    return version
        .binding()
        .map(binding -> bound(name, own, binding, version.model().outputs(), parts))
        .orElseGet(
            () ->
                new StepModel(
                    name, own, Set.of(), List.of(names(own)), version.model().outputs(), parts));
  }

  // Its bound input may be given ready-made, or else the columns that it is made of.
  private static StepModel bound(
      String name,
      List<TensorSpec> own,
      BindingPlan binding,
      List<TensorSpec> outputs,
      Set<String> parts) {
    var sent = binding.requestInputs();
    var all = Stream.concat(own.stream(), sent.stream()).distinct().toList();
    var columns = sent.stream().filter(spec -> !own.contains(spec)).map(TensorSpec::name).toList();
    return new StepModel(
        name, all, Set.copyOf(columns), List.of(names(sent), names(own)), outputs, parts);
  }

  private static Set<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).collect(Collectors.toSet());
  }

  Optional<TensorSpec> input(String name) {
    return inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  Optional<TensorSpec> output(String name) {
    return outputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  boolean takes(TensorSpec input, TensorSpec given) {
    return columns.contains(input.name())
        ? isColumn(given) && (given.type() == DataType.BYTES) == (input.type() == DataType.BYTES)
        : given.type() == input.type() && Shapes.mayFit(given.shape(), input.shape());
  }

  private static boolean isColumn(TensorSpec given) {
    int rank = given.shape().rank();
    return rank == 1 || (rank == 2 && Math.abs(given.shape().dimension(1)) == 1);
  }
}
