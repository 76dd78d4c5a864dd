package io.penstock.registry.design;

/// A metric that decides an experiment.
///
/// @param trialsKey for shares, the metric that counts the trials; otherwise empty
record DesignMetric(String key, Goal goal, Method method, String trialsKey) {

  enum Goal {
    MAXIMIZE,
    MINIMIZE
  }

  /// How the interval of a metric is made.
  enum Method {
    STUDENT,
    BOOTSTRAP,
    WILSON
  }
}
