package io.penstock.inference.runtime;

import io.penstock.inference.tensor.ModelInterface;

/// What can answer requests once something runs it: a model, or a graph of them.
public interface LoadedModel {

  ModelInterface shape();

  /// Bytes of memory outside the Java heap that it holds now, as measured.
  default long bytes() {
    return 0;
  }

  /// Whether it could run this moment, with nothing to be loaded first.
  default boolean isInMemory() {
    return true;
  }
}
