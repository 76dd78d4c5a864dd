package io.penstock.registry.lifecycle;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How the registry ends the life of versions.
///
/// @param retirementInterval how often versions are checked against the date of their retirement
@ConfigurationProperties("penstock.lifecycle")
record LifecycleConfig(@Bindable(defaultValue = "1m") Duration retirementInterval) {
  LifecycleConfig {
    if (!retirementInterval.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.lifecycle.retirement-interval was %s, expected more than 0s"
              .formatted(retirementInterval));
    }
  }
}
