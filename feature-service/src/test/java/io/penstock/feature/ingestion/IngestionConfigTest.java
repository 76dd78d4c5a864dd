package io.penstock.feature.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestionConfigTest {

  @Test
  void defaults() {
    assertThat(read(Map.of())).isEqualTo(new IngestionConfig(Duration.ofMinutes(5), 100_000));
  }

  @Test
  void everyKey() {
    Map<String, Object> properties =
        Map.of("penstock.ingestion.clock-tolerance", "2s", "penstock.ingestion.quarantine-rows", 7);

    assertThat(read(properties)).isEqualTo(new IngestionConfig(Duration.ofSeconds(2), 7));
  }

  @Test
  void clockTolerance_negative() {
    assertThatThrownBy(() -> new IngestionConfig(Duration.ofSeconds(-1), 1))
        .hasMessageContaining("penstock.ingestion.clock-tolerance was PT-1S");
  }

  @Test
  void quarantineRows_none() {
    assertThatThrownBy(() -> new IngestionConfig(Duration.ZERO, 0))
        .hasMessageContaining("penstock.ingestion.quarantine-rows was 0");
  }

  private static IngestionConfig read(Map<String, Object> properties) {
    try (var context =
        ApplicationContext.builder()
            .properties(properties)
            .properties(Map.of("penstock.service", "feature"))
            .build()) {
      context.start();
      return context.getBean(IngestionConfig.class);
    }
  }
}
