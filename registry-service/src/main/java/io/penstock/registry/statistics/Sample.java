package io.penstock.registry.statistics;

import java.util.Arrays;
import java.util.Collection;

/// Finite values that were measured independently of each other.
public final class Sample {

  private final double[] values;
  private final double mean;
  private final double variance;

  private Sample(double[] values) {
    this.values = values;
    this.mean = Arrays.stream(values).average().orElse(0);
    this.variance = variance(values, mean);
  }

  /// The order of the values means nothing, so it is not kept: what is computed from the same
  /// values is the same to the last bit.
  public static Sample of(Collection<Double> values) {
    var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    for (double value : sorted) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("was " + value + ", expected finite values");
      }
    }
    return new Sample(sorted);
  }

  // The second sum takes back what rounding did to the mean.
  private static double variance(double[] values, double mean) {
    double squares = 0;
    double rest = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
      rest += value - mean;
    }
    int n = values.length;
    return n < 2 ? 0 : Math.max(0, (squares - rest * rest / n) / (n - 1));
  }

  public int size() {
    return values.length;
  }

  public double mean() {
    return mean;
  }

  /// Unbiased; 0 for a single value.
  public double variance() {
    return variance;
  }

  /// The square of the standard error of the mean.
  double squaredError() {
    return variance / values.length;
  }

  /// In ascending order.
  double[] sorted() {
    return values.clone();
  }
}
