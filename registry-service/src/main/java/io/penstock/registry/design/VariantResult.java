package io.penstock.registry.design;

import io.penstock.registry.statistics.Interval;
import java.util.List;
import java.util.Optional;

/// What the finished runs of one variant reached.
record VariantResult(String variant, int runs, List<MetricResult> metrics) {
  VariantResult {
    metrics = List.copyOf(metrics);
  }

  /// @param n runs with a finite value
  /// @param difference empty for the baseline, and where one of the two has no value
  record MetricResult(
      String key,
      int n,
      double mean,
      Optional<Interval> interval,
      Optional<Difference> difference) {}

  /// From the baseline to the variant.
  record Difference(double value, Optional<Interval> interval, boolean better) {}
}
