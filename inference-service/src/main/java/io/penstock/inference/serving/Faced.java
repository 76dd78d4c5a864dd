package io.penstock.inference.serving;

import io.penstock.inference.runtime.LoadedModel;
import io.penstock.inference.tensor.ModelInterface;

/// A model that looks different to its callers than it does to its lane.
record Faced(LoadedModel model, ModelInterface shape) implements LoadedModel {

  @Override
  public long bytes() {
    return model.bytes();
  }

  @Override
  public boolean isInMemory() {
    return model.isInMemory();
  }
}
