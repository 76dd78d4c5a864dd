package io.penstock.registry.onnx;

import java.util.List;
import java.util.Optional;

/// What goes into a model and what comes out of it.
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  public Optional<TensorSpec> input(String name) {
    return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
  }
}
