package io.penstock.inference.warmup;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How versions are warmed before they take traffic.
///
/// @param requests recent ones of a model that are kept in memory to warm its next version; 0 for
///   none
/// @param bytes that those of all models may take
/// @param every the least time between two that are kept
/// @param timeout for one request of a warm-up
@ConfigurationProperties("penstock.inference.warm-up")
public record WarmUpConfig(
    @Bindable(defaultValue = "8") int requests,
    @Bindable(defaultValue = "16777216") long bytes,
    @Bindable(defaultValue = "1s") Duration every,
    @Bindable(defaultValue = "30s") Duration timeout) {

  public WarmUpConfig {
    require(requests >= 0 && requests <= 1_000, "requests", requests, "0 to 1000");
    require(bytes >= 0, "bytes", bytes, "0 or more");
    require(!every.isNegative(), "every", every, "0s or more");
    require(timeout.isPositive(), "timeout", timeout, "more than 0s");
  }

  public static WarmUpConfig defaults() {
    return new WarmUpConfig(8, 16L << 20, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.warm-up.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
