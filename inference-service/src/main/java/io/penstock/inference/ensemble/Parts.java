package io.penstock.inference.ensemble;

import io.penstock.inference.prediction.Part;
import io.penstock.inference.prediction.PredictionReply;

/// Asks models on behalf of a graph.
@FunctionalInterface
interface Parts {

  /// Starts a prediction and returns how to take it back. Throws where it does not even start; the
  /// reply hears nothing then.
  Runnable ask(Part part, PredictionReply reply);
}
