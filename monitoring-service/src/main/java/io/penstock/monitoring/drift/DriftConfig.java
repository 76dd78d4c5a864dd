package io.penstock.monitoring.drift;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// When a difference between training and traffic is drift.
///
/// @param falseDiscoveryRate share of false ones among all significant differences, over all
///   columns and windows of a version
/// @param minJsDistance smallest Jensen–Shannon distance (base 2) that counts; 0.1 is a shift of
///   the mean by a quarter of a standard deviation
/// @param minRows values of a column, in the window and in training, below which it is not tested
@ConfigurationProperties("penstock.monitoring.drift")
public record DriftConfig(
    @Bindable(defaultValue = "0.05") double falseDiscoveryRate,
    @Bindable(defaultValue = "0.1") double minJsDistance,
    @Bindable(defaultValue = "200") long minRows) {

  public DriftConfig {
    if (!(falseDiscoveryRate > 0 && falseDiscoveryRate < 1)) {
      throw invalid("false-discovery-rate", falseDiscoveryRate, "above 0 and below 1");
    }
    if (!(minJsDistance >= 0 && minJsDistance <= 1)) {
      throw invalid("min-js-distance", minJsDistance, "0 to 1");
    }
    if (minRows < 20) {
      throw invalid("min-rows", minRows, "at least 20");
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "penstock.monitoring.drift.%s was %s, expected %s".formatted(key, value, expected));
  }
}
