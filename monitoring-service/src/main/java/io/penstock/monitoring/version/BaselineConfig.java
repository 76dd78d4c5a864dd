package io.penstock.monitoring.version;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Where a version's expected quality stands.
///
/// @param aucMetric the metric of a registered version that holds its AUC on held-out data
@ConfigurationProperties("penstock.monitoring.baseline")
public record BaselineConfig(@Bindable(defaultValue = "auc") String aucMetric) {

  public BaselineConfig {
    if (aucMetric.isBlank()) {
      throw new IllegalArgumentException(
          "penstock.monitoring.baseline.auc-metric was blank, expected the name of a metric");
    }
  }
}
