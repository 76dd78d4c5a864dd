package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.penstock.monitoring.drift.DriftConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitoringConfigTest {

  @Test
  void defaults_areThoseOfTheDocs() {
    try (var context = context(Map.of())) {
      var config = context.getBean(MonitoringConfig.class);
      assertThat(config.window()).isEqualTo(Duration.ofHours(1));
      assertThat(config.grace()).isEqualTo(Duration.ofMinutes(1));
      assertThat(config.idleClose()).isEqualTo(Duration.ofMinutes(5));
      assertThat(config.otlpPort()).isEqualTo(4317);
      assertThat(config.webhookUrl()).isNull();
      assertThat(context.getBean(DriftConfig.class)).isEqualTo(new DriftConfig(0.05, 0.1, 200));
    }
  }

  @Test
  void everyKey_isRead() {
    try (var context =
        context(
            Map.of(
                "penstock.monitoring.window", "7d",
                "penstock.monitoring.grace", "2m",
                "penstock.monitoring.idle-close", "5s",
                "penstock.monitoring.judge-interval", "1s",
                "penstock.monitoring.prediction-retention", "8d",
                "penstock.monitoring.history-retention", "9d",
                "penstock.monitoring.otlp-port", "1",
                "penstock.monitoring.webhook-url", "https://example.org/x"))) {
      assertThat(context.getBean(MonitoringConfig.class))
          .isEqualTo(
              new MonitoringConfig(
                  Duration.ofDays(7),
                  Duration.ofMinutes(2),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(1),
                  Duration.ofDays(8),
                  Duration.ofDays(9),
                  1,
                  java.net.URI.create("https://example.org/x")));
    }
  }

  @Test
  void badValue_isRefusedWithItsKey() {
    try (var context = context(Map.of("penstock.monitoring.window", "0s"))) {
      assertThatThrownBy(() -> context.getBean(MonitoringConfig.class))
          .hasStackTraceContaining("penstock.monitoring.window was PT0S, expected at least PT1S");
    }
    assertThatThrownBy(() -> new DriftConfig(1, 0.1, 200))
        .hasMessage(
            "penstock.monitoring.drift.false-discovery-rate was 1.0, expected above 0 and below 1");
  }

  private static ApplicationContext context(Map<String, Object> properties) {
    var all = new HashMap<>(properties);
    all.put("penstock.service", "monitoring");
    return ApplicationContext.builder().banner(false).properties(all).start();
  }
}
