package io.penstock.monitoring.alert;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How stubbornly alerts are posted to `penstock.monitoring.webhook-url`.
///
/// @param timeout of one attempt
/// @param attempts tries for one alert before it is given up
/// @param firstRetry wait after the first failure; doubles from there
/// @param longestRetry longest wait between tries
/// @param backlog alerts that may wait; beyond that the oldest is given up
@ConfigurationProperties("penstock.monitoring.webhook")
public record WebhookConfig(
    @Bindable(defaultValue = "5s") Duration timeout,
    @Bindable(defaultValue = "10") int attempts,
    @Bindable(defaultValue = "1s") Duration firstRetry,
    @Bindable(defaultValue = "5m") Duration longestRetry,
    @Bindable(defaultValue = "1000") int backlog) {

  public WebhookConfig {
    if (!timeout.isPositive()) {
      throw invalid("timeout", timeout, "a positive time");
    }
    if (attempts < 1) {
      throw invalid("attempts", attempts, "at least 1");
    }
    if (!firstRetry.isPositive() || longestRetry.compareTo(firstRetry) < 0) {
      throw invalid("first-retry", firstRetry, "a positive time up to longest-retry");
    }
    if (backlog < 1) {
      throw invalid("backlog", backlog, "at least 1");
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "penstock.monitoring.webhook.%s was %s, expected %s".formatted(key, value, expected));
  }
}
