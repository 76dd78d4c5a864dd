package io.penstock.registry.statistics;

import java.util.List;

/// How far apart two binned samples are: the population stability index.
///
/// @param psi 0 where they are alike; half a value is added to each bin so that an empty one leaves
///   it finite
/// @param byChance what two samples of these sizes from one and the same distribution are apart on
///   average: an index that is not well above it says nothing
public record StabilityIndex(double psi, double byChance) {

  /// @param base counts of at least one value
  /// @param other counts of at least one value, in the same bins
  public static StabilityIndex of(List<Long> base, List<Long> other) {
    if (base.size() != other.size()) {
      throw new IllegalArgumentException(
          "were %d and %d bins, expected as many".formatted(base.size(), other.size()));
    }
    double inBase = total(base);
    double inOther = total(other);
    double half = base.size() / 2.0;
    double psi = 0;
    for (int i = 0; i < base.size(); i++) {
      psi += term((base.get(i) + 0.5) / (inBase + half), (other.get(i) + 0.5) / (inOther + half));
    }
    return new StabilityIndex(psi, (base.size() - 1) * (1 / inBase + 1 / inOther));
  }

  private static double total(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static double term(double p, double q) {
    return (q - p) * Math.log(q / p);
  }
}
