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
    assertThat(read(Map.of()).clockTolerance()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void everyKey() {
    assertThat(read(Map.of("penstock.ingestion.clock-tolerance", "2s")).clockTolerance())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void clockTolerance_negative() {
    assertThatThrownBy(() -> new IngestionConfig(Duration.ofSeconds(-1)))
        .hasMessageContaining("penstock.ingestion.clock-tolerance");
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
