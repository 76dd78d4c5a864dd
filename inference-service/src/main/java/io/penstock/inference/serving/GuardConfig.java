package io.penstock.inference.serving;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// When a version is left alone for a while, and how much of it may be under way.
///
/// @param window predictions that the failure rate is taken over
/// @param minimumCalls predictions before the breaker judges at all
/// @param failureRate percentage of failed predictions that opens the breaker
/// @param openFor how long it stays open before it lets some through to see
/// @param trialCalls how many it lets through then
/// @param maxInFlight predictions of one version that may be under way, feature lookups and queue
///   included
@ConfigurationProperties("penstock.inference.breaker")
public record GuardConfig(
    @Bindable(defaultValue = "50") int window,
    @Bindable(defaultValue = "10") int minimumCalls,
    @Bindable(defaultValue = "50") int failureRate,
    @Bindable(defaultValue = "10s") Duration openFor,
    @Bindable(defaultValue = "5") int trialCalls,
    @Bindable(defaultValue = "4096") int maxInFlight) {

  public GuardConfig {
    require(window >= 1, "window", window, "at least 1");
    require(minimumCalls >= 1, "minimum-calls", minimumCalls, "at least 1");
    require(failureRate >= 1 && failureRate <= 100, "failure-rate", failureRate, "1 to 100");
    require(openFor.isPositive(), "open-for", openFor, "more than 0s");
    require(trialCalls >= 1, "trial-calls", trialCalls, "at least 1");
    require(maxInFlight >= 1, "max-in-flight", maxInFlight, "at least 1");
  }

  public static GuardConfig defaults() {
    return new GuardConfig(50, 10, 50, Duration.ofSeconds(10), 5, 4096);
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.breaker.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
