package io.penstock.inference.runtime;

/// A model in memory, ready to run on as many runners as are opened. Closed after the last of them.
public interface RunnableModel extends LoadedModel, AutoCloseable {

  ModelRunner openRunner();

  @Override
  void close();
}
