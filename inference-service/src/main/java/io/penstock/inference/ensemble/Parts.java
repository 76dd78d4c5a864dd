package io.penstock.inference.ensemble;

import io.penstock.inference.lane.Execution;
import io.penstock.inference.prediction.Part;
import io.penstock.inference.tensor.Tensor;
import java.util.List;

/// Asks models on behalf of a graph.
@FunctionalInterface
interface Parts {

  /// Who waits for a part; told its end once.
  interface Reply {

    void answered(List<Tensor> outputs, Execution execution);

    void failed(RuntimeException failure);
  }

  /// Starts a prediction and returns how to take it back. Throws where it does not even start; the
  /// reply hears nothing then.
  Runnable ask(Part part, Reply reply);
}
