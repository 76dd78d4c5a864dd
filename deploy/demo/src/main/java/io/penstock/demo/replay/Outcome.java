package io.penstock.demo.replay;

import io.penstock.demo.suite.Refusal;
import io.penstock.demo.training.TreeModel;

/// What became of a request.
public sealed interface Outcome {

  /// It was answered.
  ///
  /// @param version number of the model version that answered
  /// @param probabilities one a flight
  /// @param micros as the caller saw it, retries left out
  record Answer(Ask ask, String predictionId, String version, float[] probabilities, long micros)
      implements Outcome {

    /// The largest difference from what the trainer's own trees say.
    double differenceFrom(TreeModel trees, float[][] rows) {
      double largest = 0;
      for (int row = 0; row < rows.length; row++) {
        largest = Math.max(largest, Math.abs(probabilities[row] - trees.probability(rows[row])));
      }
      return largest;
    }
  }

  /// It was refused, however often it was tried.
  record Unanswered(Ask ask, Refusal refusal) implements Outcome {}
}
