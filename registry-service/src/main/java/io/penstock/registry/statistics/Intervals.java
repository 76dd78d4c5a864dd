package io.penstock.registry.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// Confidence intervals, each for what it fits. Empty where the data say nothing about the spread:
/// one value has no interval, and values whose squares no double holds have none either.
public final class Intervals {

  private static final int RESAMPLES = 10_000;
  // The mean of more values is normal, whatever they are, and resampling them would only take long.
  private static final int MOST_RESAMPLED = 1_000;

  private Intervals() {}

  /// Of the mean of values that are about normally distributed, or many: Student's t.
  public static Optional<Interval> ofMean(Sample sample, double confidence) {
    return sample.size() < 2
        ? Optional.empty()
        : around(sample.mean(), sample.squaredError(), sample.size() - 1.0, confidence);
  }

  /// Of the difference of two means, `to - from`, whose variances may differ: Welch's t.
  public static Optional<Interval> ofDifference(Sample from, Sample to, double confidence) {
    if (from.size() < 2 || to.size() < 2) {
      return Optional.empty();
    }
    double squaredError = from.squaredError() + to.squaredError();
    return around(to.mean() - from.mean(), squaredError, freedom(from, to), confidence);
  }

  /// Welch and Satterthwaite's, of the shares that both have in the squared error.
  private static double freedom(Sample from, Sample to) {
    double squaredError = from.squaredError() + to.squaredError();
    if (squaredError == 0) {
      return from.size() + to.size() - 2.0;
    }
    double a = from.squaredError() / squaredError;
    double b = to.squaredError() / squaredError;
    return 1 / (a * a / (from.size() - 1.0) + b * b / (to.size() - 1.0));
  }

  private static Optional<Interval> around(
      double center, double squaredError, double freedom, double confidence) {
    if (!Double.isFinite(center) || !Double.isFinite(squaredError)) {
      return Optional.empty();
    }
    double t = TDistribution.of(freedom).inverseSurvivalProbability((1 - confidence) / 2);
    double half = t * Math.sqrt(squaredError);
    return Optional.of(new Interval(center - half, center + half));
  }

  /// Of a share of successes among independent trials: Wilson's score interval, which stays within
  /// 0 and 1 and is no point where all trials went alike.
  public static Optional<Interval> ofShare(Share observed, double confidence) {
    double trials = observed.trials();
    if (trials <= 0 || !Double.isFinite(trials)) {
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
  /// than some twenty values; Student's t beyond a thousand, which comes to the same.
  ///
  /// @param seed the same one gives the same interval
  public static Optional<Interval> byBootstrap(Sample sample, double confidence, long seed) {
    if (sample.size() < 2 || sample.size() > MOST_RESAMPLED) {
      return ofMean(sample, confidence);
    }
    var random = new SplittableRandom(seed);
    var values = sample.sorted();
    return percentiles(() -> resampledMean(values, random), confidence);
  }

  /// Of the difference of two such means, `to - from`.
  public static Optional<Interval> byBootstrap(
      Sample from, Sample to, double confidence, long seed) {
    int smaller = Math.min(from.size(), to.size());
    if (smaller < 2 || smaller > MOST_RESAMPLED) {
      return ofDifference(from, to, confidence);
    }
    var random = new SplittableRandom(seed);
    var was = from.sorted();
    var is = to.sorted();
    return percentiles(() -> resampledMean(is, random) - resampledMean(was, random), confidence);
  }

  private static Optional<Interval> percentiles(DoubleSupplier resampled, double confidence) {
    var estimates = new double[RESAMPLES];
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] = resampled.getAsDouble();
    }
    Arrays.sort(estimates);
    double tail = (1 - confidence) / 2;
    var interval = new Interval(quantile(estimates, tail), quantile(estimates, 1 - tail));
    return Optional.of(interval).filter(Interval::isFinite);
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
