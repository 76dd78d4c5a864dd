package io.penstock.registry.onnx;

import java.util.List;
import java.util.Optional;

/// Name, type and shape of one tensor of a model; -1 for a variable dimension.
///
/// @param shape empty where even the rank is open, in a file that does not say
public record TensorSpec(String name, Datatype datatype, Optional<List<Long>> shape) {

  /// A variable dimension.
  public static final long VARIABLE = -1;

  public TensorSpec {
    shape = shape.map(List::copyOf);
  }

  /// The size of a row; empty where it is variable or unknown.
  public Optional<Long> lastDimension() {
    return shape
        .filter(dimensions -> !dimensions.isEmpty())
        .map(List::getLast)
        .filter(dimension -> dimension != VARIABLE);
  }

  /// As people write it: `FP32 [-1, 9]`.
  public String describe() {
    return datatype + " " + shape.map(List::toString).orElse("[any shape]");
  }
}
