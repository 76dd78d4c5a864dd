package io.penstock.inference.cache;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How much of the answers is kept. A model takes part by `response_cache { enable: true }`.
///
/// @param bytes that all answers together may take; 0 for no cache
/// @param timeToLive how long an answer is good; 0 for as long as its version serves
@ConfigurationProperties("penstock.inference.cache")
public record CacheConfig(
    @Bindable(defaultValue = "0") long bytes, @Bindable(defaultValue = "0s") Duration timeToLive) {

  public CacheConfig {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "penstock.inference.cache.bytes was %d, expected 0 or more".formatted(bytes));
    }
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException(
          "penstock.inference.cache.time-to-live was %s, expected 0s or more"
              .formatted(timeToLive));
    }
  }
}
