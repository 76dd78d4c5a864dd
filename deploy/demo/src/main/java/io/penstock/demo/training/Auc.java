package io.penstock.demo.training;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Area under the ROC curve: how often a late flight gets a higher prediction than a punctual one,
/// ties counted half.
public final class Auc {

  private Auc() {}

  /// By the sum of ranks (Mann and Whitney); NaN where one class is missing.
  ///
  /// @param labels 1 or 0
  public static double of(double[] predictions, float[] labels) {
    int[] ascending =
        IntStream.range(0, predictions.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> predictions[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double positives = IntStream.range(0, labels.length).filter(row -> labels[row] == 1).count();
    double negatives = labels.length - positives;
    double rankSum = rankSumOfPositives(ascending, predictions, labels);
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  private static double rankSumOfPositives(int[] ascending, double[] predictions, float[] labels) {
    double sum = 0;
    for (int from = 0; from < ascending.length; ) {
      int to = endOfTie(ascending, predictions, from);
      double rank = (from + 1 + to) / 2.0;
      sum += rank * Arrays.stream(ascending, from, to).filter(row -> labels[row] == 1).count();
      from = to;
    }
    return sum;
  }

  private static int endOfTie(int[] ascending, double[] predictions, int from) {
    int to = from + 1;
    while (to < ascending.length && predictions[ascending[to]] == predictions[ascending[from]]) {
      to++;
    }
    return to;
  }
}
