package io.penstock.monitoring.performance;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// When serving or quality is bad enough for an alert.
///
/// @param maxErrorRate share of failed requests in a window
/// @param maxLatencyP99 99th percentile of the latency in a window
/// @param minRequests requests below which a window says nothing about either
/// @param maxAucLoss how far the realised AUC may fall below the registered one
/// @param minLabels labels below which a window says nothing about quality
@ConfigurationProperties("penstock.monitoring.alerts")
public record PerformanceConfig(
    @Bindable(defaultValue = "0.05") double maxErrorRate,
    @Bindable(defaultValue = "1s") Duration maxLatencyP99,
    @Bindable(defaultValue = "100") long minRequests,
    @Bindable(defaultValue = "0.02") double maxAucLoss,
    @Bindable(defaultValue = "200") long minLabels) {

  public PerformanceConfig {
    if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
      throw invalid("max-error-rate", maxErrorRate, "0 to 1");
    }
    if (!maxLatencyP99.isPositive()) {
      throw invalid("max-latency-p99", maxLatencyP99, "a positive time");
    }
    if (minRequests < 1) {
      throw invalid("min-requests", minRequests, "at least 1");
    }
    if (!(maxAucLoss >= 0 && maxAucLoss <= 1)) {
      throw invalid("max-auc-loss", maxAucLoss, "0 to 1");
    }
    if (minLabels < 2) {
      throw invalid("min-labels", minLabels, "at least 2");
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "penstock.monitoring.alerts.%s was %s, expected %s".formatted(key, value, expected));
  }
}
