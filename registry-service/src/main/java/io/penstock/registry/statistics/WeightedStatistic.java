package io.penstock.registry.statistics;

/// Something computed from rows, each of which may count several times or not at all.
@FunctionalInterface
public interface WeightedStatistic {

  /// NaN where these rows leave it undefined.
  ///
  /// @param weights how often each row counts
  double of(int[] weights);

  /// By how much this exceeds another one on the same rows.
  default WeightedStatistic minus(WeightedStatistic other) {
    return weights -> of(weights) - other.of(weights);
  }
}
