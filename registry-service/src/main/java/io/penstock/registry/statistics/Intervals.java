package io.penstock.registry.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// Confidence intervals, each for what it fits. Empty where the data say nothing about the spread:
/// one value has no interval.
public final class Intervals {

  private static final int RESAMPLES = 10_000;

  private Intervals() {}

  /// Of the mean of values that are about normally distributed, or many: Student's t.
  public static Optional<Interval> ofMean(Sample sample, double confidence) {
    return sample.size() < 2
        ? Optional.empty()
        : Optional.of(
            around(sample.mean(), sample.squaredError(), sample.size() - 1.0, confidence));
  }

  /// Of the difference of two means, `to - from`, whose variances may differ: Welch's t.
  public static Optional<Interval> ofDifference(Sample from, Sample to, double confidence) {
    if (from.size() < 2 || to.size() < 2) {
      return Optional.empty();
    }
    double a = from.squaredError();
    double b = to.squaredError();
    double freedom =
        a + b == 0
            ? from.size() + to.size() - 2.0
            : (a + b) * (a + b) / (a * a / (from.size() - 1.0) + b * b / (to.size() - 1.0));
    return Optional.of(around(to.mean() - from.mean(), a + b, freedom, confidence));
  }

  private static Interval around(
      double center, double squaredError, double freedom, double confidence) {
    double t = TDistribution.of(freedom).inverseSurvivalProbability((1 - confidence) / 2);
    double half = t * Math.sqrt(squaredError);
    return new Interval(center - half, center + half);
  }

  /// Of a share of successes among independent trials: Wilson's score interval, which stays within
  /// 0 and 1 and is no point where all trials went alike.
  public static Optional<Interval> ofShare(Share observed, double confidence) {
    double trials = observed.trials();
    if (trials <= 0) {
      return Optional.empty();
    }
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
    double share = observed.value();
    double scale = 1 + z * z / trials;
    double center = (share + z * z / (2 * trials)) / scale;
    double half =
        z * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale;
    return Optional.of(new Interval(Math.max(0, center - half), Math.min(1, center + half)));
  }

  /// Of the difference of two shares, `to - from`: Newcombe's, made of their score intervals.
  public static Optional<Interval> ofDifference(Share from, Share to, double confidence) {
    return ofShare(from, confidence)
        .flatMap(
            was -> ofShare(to, confidence).map(is -> newcombe(from.value(), was, to.value(), is)));
  }

  private static Interval newcombe(double from, Interval was, double to, Interval is) {
    double down = Math.hypot(to - is.lower(), was.upper() - from);
    double up = Math.hypot(is.upper() - to, from - was.lower());
    return new Interval(to - from - down, to - from + up);
  }

  /// Of the mean of values of any distribution: the bootstrap's percentiles. Too narrow for fewer
  /// than some twenty values.
  ///
  /// @param seed the same one gives the same interval
  public static Optional<Interval> byBootstrap(Sample sample, double confidence, long seed) {
    if (sample.size() < 2) {
      return Optional.empty();
    }
    var random = new SplittableRandom(seed);
    var values = sample.sorted();
    return Optional.of(percentiles(() -> resampledMean(values, random), confidence));
  }

  /// Of the difference of two such means, `to - from`.
  public static Optional<Interval> byBootstrap(
      Sample from, Sample to, double confidence, long seed) {
    if (from.size() < 2 || to.size() < 2) {
      return Optional.empty();
    }
    var random = new SplittableRandom(seed);
    var was = from.sorted();
    var is = to.sorted();
    return Optional.of(
        percentiles(() -> resampledMean(is, random) - resampledMean(was, random), confidence));
  }

  private static Interval percentiles(DoubleSupplier resampled, double confidence) {
    var estimates = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      estimates[i] = resampled.getAsDouble();
    }
    Arrays.sort(estimates);
    double tail = (1 - confidence) / 2;
    return new Interval(quantile(estimates, tail), quantile(estimates, 1 - tail));
  }

  private static double resampledMean(double[] values, SplittableRandom random) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[random.nextInt(values.length)];
    }
    return sum / values.length;
  }

  static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
