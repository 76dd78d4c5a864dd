package io.penstock.inference.runtime;

import io.penstock.inference.tensor.ModelInterface;

/// A model in memory, ready to run on as many runners as are opened. Closed after the last of them.
public interface RunnableModel extends AutoCloseable {

  ModelInterface shape();

  ModelRunner openRunner();

  /// Bytes of memory outside the Java heap that it holds now, as measured.
  default long bytes() {
    return 0;
  }

  /// Whether it could run this moment, with nothing to be loaded first.
  default boolean isInMemory() {
    return true;
  }

  @Override
  void close();
}
