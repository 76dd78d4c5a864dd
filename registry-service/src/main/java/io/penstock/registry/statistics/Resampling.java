package io.penstock.registry.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Bootstrap intervals of what has no formula for its spread: as many rows are drawn with
/// replacement, again and again. All statistics see the same draws, so that differences of two are
/// paired.
public final class Resampling {

  private static final int DRAWS = 1_000;

  private Resampling() {}

  /// The percentiles of each statistic, in their order. Empty where half of the draws leave it
  /// undefined or more.
  ///
  /// @param seed the same one gives the same intervals
  public static List<Optional<Interval>> intervals(
      int rows, List<WeightedStatistic> statistics, double confidence, long seed) {
    var random = new SplittableRandom(seed);
    var estimates = new double[statistics.size()][DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      var weights = draw(rows, random);
      for (int i = 0; i < estimates.length; i++) {
        estimates[i][draw] = statistics.get(i).of(weights);
      }
    }
    var intervals = new ArrayList<Optional<Interval>>();
    for (var values : estimates) {
      intervals.add(percentiles(values, confidence));
    }
    return intervals;
  }

  private static int[] draw(int rows, SplittableRandom random) {
    var weights = new int[rows];
    for (int i = 0; i < rows; i++) {
      weights[random.nextInt(rows)]++;
    }
    return weights;
  }

  private static Optional<Interval> percentiles(double[] values, double confidence) {
    var finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (finite.length <= values.length / 2) {
      return Optional.empty();
    }
    double tail = (1 - confidence) / 2;
    return Optional.of(
        new Interval(Intervals.quantile(finite, tail), Intervals.quantile(finite, 1 - tail)));
  }
}
