package io.penstock.inference.tensor;

import java.util.List;

/// The inputs of one request, checked against the model and in its order: what a lane takes in.
///
/// @param rows rows that the request adds to a batch
/// @param batchKey requests with equal keys may run together
public record Inputs(List<Tensor> tensors, int rows, Object batchKey, long bytes) {
  public Inputs {
    tensors = List.copyOf(tensors);
  }
}
