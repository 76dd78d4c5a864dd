package io.penstock.inference.tensor;

import io.penstock.kit.failure.InvalidArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a model takes and gives, and whether rows of several requests may run together.
public record ModelInterface(List<TensorSpec> inputs, List<TensorSpec> outputs, boolean batches) {

  private static final Object ALL_ALIKE = new Object();

  public ModelInterface {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  public Optional<TensorSpec> input(String name) {
    return inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  public ModelInterface withBatches(boolean value) {
    return new ModelInterface(inputs, outputs, value);
  }

  /// Checks the tensors of a request against the model's inputs and puts them into the model's
  /// order.
  public Inputs accept(Map<String, Tensor> given) {
    var problems = new InvalidArguments();
    var ordered = new ArrayList<Tensor>(inputs.size());
    for (var spec : inputs) {
      var tensor = given.get(spec.name());
      if (tensor == null) {
        problems.add("inputs", "input '%s' is missing".formatted(spec.name()));
      } else {
        check(spec, tensor, given, problems);
        ordered.add(tensor);
      }
    }
    if (given.size() > ordered.size()) {
      unknown(given, problems);
    }
    problems.throwIfAny();
    return inputs(ordered, given);
  }

  /// Refuses requested outputs that the model does not have, before it runs.
  public void checkRequested(List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    var problems = new InvalidArguments();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      problems.addIf(
          outputs.stream().noneMatch(spec -> spec.name().equals(name)),
          "outputs[" + i + "].name",
          "'%s' is no output, expected %s"
              .formatted(name, outputs.stream().map(TensorSpec::name).toList()));
      problems.addIf(
          names.indexOf(name) < i,
          "outputs[" + i + "].name",
          "'%s' is asked for twice".formatted(name));
    }
    problems.throwIfAny();
  }

  private static void check(
      TensorSpec spec, Tensor tensor, Map<String, Tensor> given, InvalidArguments problems) {
    // Where it stood is only looked up for who has to be told.
    if (tensor.type() != spec.type()) {
      problems.add(
          InputFields.path(given, spec.name()) + ".datatype",
          "input '%s' was %s, expected %s".formatted(spec.name(), tensor.type(), spec.type()));
    }
    if (!tensor.shape().fits(spec.shape())) {
      problems.add(
          InputFields.path(given, spec.name()) + ".shape",
          "input '%s' was %s, expected %s".formatted(spec.name(), tensor.shape(), spec.shape()));
    } else if (spec.hasOpenRows() && tensor.shape().dimension(0) == 0) {
      problems.add(
          InputFields.path(given, spec.name()) + ".shape",
          "input '%s' has no rows".formatted(spec.name()));
    }
  }

  private void unknown(Map<String, Tensor> given, InvalidArguments problems) {
    var expected = inputs.stream().map(TensorSpec::name).toList();
    given.keySet().stream()
        .filter(name -> !expected.contains(name))
        .forEach(
            name ->
                problems.add(
                    InputFields.path(given, name) + ".name",
                    "'%s' is no input, expected %s".formatted(name, expected)));
  }

  private Inputs inputs(List<Tensor> ordered, Map<String, Tensor> given) {
    long bytes = 0;
    for (var tensor : ordered) {
      bytes += tensor.data().size();
    }
    return batches
        ? new Inputs(ordered, rows(ordered, given), batchKey(ordered), bytes)
        : new Inputs(ordered, 1, ALL_ALIKE, bytes);
  }

  private static int rows(List<Tensor> ordered, Map<String, Tensor> given) {
    long rows = ordered.getFirst().shape().dimension(0);
    for (var tensor : ordered) {
      if (tensor.shape().dimension(0) != rows) {
        throw InvalidArguments.of(
            InputFields.path(given, tensor.name()) + ".shape",
            "input '%s' was %s, expected %d rows as '%s' has"
                .formatted(tensor.name(), tensor.shape(), rows, ordered.getFirst().name()));
      }
    }
    return Math.toIntExact(rows);
  }

  // Most models have rows of one size; their requests share one key and pay nothing for it.
  private Object batchKey(List<Tensor> ordered) {
    return hasFixedRows()
        ? ALL_ALIKE
        : ordered.stream().map(tensor -> tensor.shape().row()).collect(Collectors.toList());
  }

  private boolean hasFixedRows() {
    for (var spec : inputs) {
      if (!spec.hasFixedRows()) {
        return false;
      }
    }
    return true;
  }
}
