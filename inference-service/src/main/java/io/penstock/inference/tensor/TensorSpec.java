package io.penstock.inference.tensor;

/// What a model says about one of its inputs or outputs.
public record TensorSpec(String name, DataType type, Shape shape) {

  /// Whether the outermost dimension may have any size.
  public boolean hasOpenRows() {
    return shape.rank() > 0 && shape.dimension(0) == Shape.ANY;
  }

  /// Whether all rows have the same, known size.
  public boolean hasFixedRows() {
    return hasOpenRows() && shape.hasFixedRow();
  }
}
