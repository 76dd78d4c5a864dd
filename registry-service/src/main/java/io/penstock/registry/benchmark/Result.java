package io.penstock.registry.benchmark;

import io.penstock.registry.statistics.Interval;
import io.penstock.registry.version.VersionName;
import java.util.Optional;

/// One metric of one version.
///
/// @param interval empty where the rows do not tell how the value scatters
/// @param rows that it was computed from
/// @param comparison empty where there is nothing to compare with
record Result(
    Measure measure,
    double value,
    Optional<Interval> interval,
    int rows,
    Optional<Comparison> comparison,
    boolean meetsBaseline) {

  /// A value beside a baseline.
  ///
  /// @param version that the baseline was measured on; empty for a fixed number
  /// @param difference from the baseline to the value, on the same rows
  record Comparison(
      Optional<VersionName> version,
      double value,
      double difference,
      Optional<Interval> interval) {}
}
