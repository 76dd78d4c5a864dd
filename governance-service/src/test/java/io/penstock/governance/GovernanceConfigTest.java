package io.penstock.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GovernanceConfigTest {

  @Test
  void defaults() {
    assertThat(config(Map.of()))
        .isEqualTo(
            new GovernanceConfig(
                Path.of("data/governance/log"),
                Path.of("data/governance/signing-key.pem"),
                "penstock.local/audit",
                Duration.ofDays(90),
                Duration.ofDays(30),
                Duration.ofMillis(250)));
  }

  @Test
  void everyKey() {
    assertThat(
            config(
                Map.of(
                    "log-directory", "/a/log",
                    "signing-key-file", "/a/key.pem",
                    "origin", "example.com/audit",
                    "api-key-validity", "7d",
                    "approval-validity", "2h",
                    "access-poll", "50ms")))
        .isEqualTo(
            new GovernanceConfig(
                Path.of("/a/log"),
                Path.of("/a/key.pem"),
                "example.com/audit",
                Duration.ofDays(7),
                Duration.ofHours(2),
                Duration.ofMillis(50)));
  }

  @Test
  void checks_nameTheKey() {
    assertThatThrownBy(() -> config(Map.of("origin", "two words")))
        .hasStackTraceContaining("penstock.governance.origin was 'two words'");
    assertThatThrownBy(() -> config(Map.of("access-poll", "5s")))
        .hasStackTraceContaining("penstock.governance.access-poll was PT5S");
  }

  private static GovernanceConfig config(Map<String, String> values) {
    var properties = new java.util.HashMap<String, Object>();
    properties.put("penstock.service", "governance");
    values.forEach((key, value) -> properties.put("penstock.governance." + key, value));
    try (var context = ApplicationContext.run(properties)) {
      return context.getBean(GovernanceConfig.class);
    }
  }
}
