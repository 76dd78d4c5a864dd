package io.penstock.inference.binding;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How features are looked up.
///
/// @param timeout the most of the caller's time that a lookup may use
@ConfigurationProperties("penstock.inference.features")
public record FeaturesConfig(@Bindable(defaultValue = "1s") Duration timeout) {

  public FeaturesConfig {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.inference.features.timeout was %s, expected more than 0s".formatted(timeout));
    }
  }
}
