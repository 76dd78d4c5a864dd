package io.penstock.gateway.edge;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// How much may be under way at once.
///
/// @param calls calls, streams among them
/// @param bytes of requests that are read but not answered yet
@ConfigurationProperties("penstock.gateway.in-flight")
public record InFlightConfig(
    @Bindable(defaultValue = "10000") int calls, @Bindable(defaultValue = "67108864") long bytes) {

  public InFlightConfig {
    requirePositive("calls", calls);
    requirePositive("bytes", bytes);
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.gateway.in-flight." + key + ": " + value + " (expected: >= 1)");
    }
  }
}
