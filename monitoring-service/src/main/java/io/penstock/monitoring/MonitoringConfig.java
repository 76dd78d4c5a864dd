package io.penstock.monitoring;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How traffic is cut into windows and how long what is known about it is kept.
///
/// @param window length of the windows of event time
/// @param grace how long after its end a window waits for late events before it is judged
/// @param idleClose when no event of a version came for so long, its windows that are past are
///   judged too
/// @param judgeInterval how often windows, alerts and canaries are looked at
/// @param predictionRetention how long predictions and labels wait for each other; never shorter
///   than the event log keeps them
/// @param historyRetention how long windows, drift results, alerts and verdicts are kept
/// @param otlpPort where spans are taken; 0 takes a free port
/// @param webhookUrl receiver of alerts in Alertmanager's webhook format; without one none is
///   posted
@ConfigurationProperties("penstock.monitoring")
public record MonitoringConfig(
    @Bindable(defaultValue = "1h") Duration window,
    @Bindable(defaultValue = "1m") Duration grace,
    @Bindable(defaultValue = "5m") Duration idleClose,
    @Bindable(defaultValue = "2s") Duration judgeInterval,
    @Bindable(defaultValue = "30d") Duration predictionRetention,
    @Bindable(defaultValue = "400d") Duration historyRetention,
    @Bindable(defaultValue = "4317") int otlpPort,
    @Nullable URI webhookUrl) {

  public MonitoringConfig {
    requireAtLeast("window", window, Duration.ofSeconds(1));
    requireAtLeast("grace", grace, Duration.ZERO);
    requireAtLeast("idle-close", idleClose, Duration.ofSeconds(1));
    requireAtLeast("judge-interval", judgeInterval, Duration.ofMillis(50));
    requireAtLeast("prediction-retention", predictionRetention, Duration.ofDays(7));
    requireAtLeast("history-retention", historyRetention, Duration.ofDays(1));
    if (otlpPort < 0 || otlpPort > 65535) {
      throw new IllegalArgumentException(
          "penstock.monitoring.otlp-port was " + otlpPort + ", expected 0 to 65535");
    }
    if (webhookUrl != null && !String.valueOf(webhookUrl.getScheme()).matches("https?")) {
      throw new IllegalArgumentException(
          "penstock.monitoring.webhook-url was "
              + webhookUrl
              + ", expected an http or https address");
    }
  }

  private static void requireAtLeast(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "penstock.monitoring." + key + " was " + value + ", expected at least " + least);
    }
  }
}
