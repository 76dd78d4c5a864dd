package io.penstock.demo.training;

/// How good predictions are on rows that training never saw.
///
/// @param brier mean squared difference of probability and label
public record Evaluation(double auc, double brier, double logLoss) {

  static Evaluation of(double[] probabilities, float[] labels) {
    double squares = 0;
    double logs = 0;
    for (int row = 0; row < labels.length; row++) {
      double wrong = labels[row] - probabilities[row];
      squares += wrong * wrong;
      logs -= Math.log(labels[row] == 1 ? probabilities[row] : 1 - probabilities[row]);
    }
    return new Evaluation(
        Auc.of(probabilities, labels), squares / labels.length, logs / labels.length);
  }
}
