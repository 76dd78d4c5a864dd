package io.penstock.registry.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/// Area under the ROC curve: the chance that a row of class 1 is scored above one of class 0, ties
/// counting half.
public final class RocArea implements WeightedStatistic {

  private final int[] ascending;
  private final double[] labels;
  private final double[] scores;

  /// @param labels 0 or 1
  public RocArea(double[] labels, double[] scores) {
    this.labels = labels.clone();
    this.scores = scores.clone();
    this.ascending =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> scores[row]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  @Override
  public double of(int[] weights) {
    double area = 0;
    double negatives = 0;
    double positives = 0;
    for (int at = 0; at < ascending.length; ) {
      double score = scores[ascending[at]];
      double tiedPositives = 0;
      double tiedNegatives = 0;
      for (; at < ascending.length && scores[ascending[at]] == score; at++) {
        int row = ascending[at];
        tiedPositives += labels[row] * weights[row];
        tiedNegatives += (1 - labels[row]) * weights[row];
      }
      area += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return area / (positives * negatives);
  }
}
