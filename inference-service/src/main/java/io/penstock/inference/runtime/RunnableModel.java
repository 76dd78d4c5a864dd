package io.penstock.inference.runtime;

import io.penstock.inference.tensor.ModelInterface;

/// A model in memory, ready to run on as many runners as are opened. Closed after the last of them.
public interface RunnableModel extends AutoCloseable {

  ModelInterface shape();

  ModelRunner openRunner();

  @Override
  void close();
}
