package io.penstock.registry.release;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How often the registry looks after its releases.
///
/// @param pollInterval how soon followers hear of a change that another replica made; its own they
///   hear of at once
/// @param timeoutInterval how often canaries are checked against their timeout
@ConfigurationProperties("penstock.releases")
record ReleaseConfig(
    @Bindable(defaultValue = "500ms") Duration pollInterval,
    @Bindable(defaultValue = "5s") Duration timeoutInterval) {

  ReleaseConfig {
    requirePositive("poll-interval", pollInterval);
    requirePositive("timeout-interval", timeoutInterval);
  }

  private static void requirePositive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.releases.%s was %s, expected more than 0s".formatted(key, value));
    }
  }
}
