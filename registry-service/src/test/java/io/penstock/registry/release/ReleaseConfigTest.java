package io.penstock.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleaseConfigTest {

  @Test
  void defaults() {
    assertThat(read(Map.of()))
        .isEqualTo(new ReleaseConfig(Duration.ofMillis(500), Duration.ofSeconds(5)));
  }

  @Test
  void everyKey() {
    assertThat(
            read(
                Map.of(
                    "penstock.releases.poll-interval", "2s",
                    "penstock.releases.timeout-interval", "1m")))
        .isEqualTo(new ReleaseConfig(Duration.ofSeconds(2), Duration.ofMinutes(1)));
  }

  @Test
  void nonsense_namesTheKey() {
    assertThatThrownBy(() -> new ReleaseConfig(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessageContaining("penstock.releases.poll-interval");
    assertThatThrownBy(() -> new ReleaseConfig(Duration.ofSeconds(1), Duration.ZERO))
        .hasMessageContaining("penstock.releases.timeout-interval");
  }

  private static ReleaseConfig read(Map<String, Object> properties) {
    var all = new HashMap<String, Object>(properties);
    all.put("penstock.service", "registry");
    try (var context = ApplicationContext.run(all)) {
      return context.getBean(ReleaseConfig.class);
    }
  }
}
