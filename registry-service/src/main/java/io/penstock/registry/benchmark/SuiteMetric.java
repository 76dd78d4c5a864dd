package io.penstock.registry.benchmark;

/// A metric of a suite, and what a version has to reach.
record SuiteMetric(Measure measure, Baseline baseline) {

  /// What a metric is compared with.
  sealed interface Baseline {

    /// Nothing: every value will do.
    record None() implements Baseline {}

    record Fixed(double value) implements Baseline {}

    /// The version that the release of the model has as primary.
    record Production() implements Baseline {}
  }
}
