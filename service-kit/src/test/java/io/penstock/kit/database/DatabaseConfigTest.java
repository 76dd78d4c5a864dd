package io.penstock.kit.database;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DatabaseConfigTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void create_notAJdbcUrl() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseConfig.of("localhost:5432", "u", "p"))
        .withMessageStartingWith("penstock.database.url was 'localhost:5432'");
  }

  @Test
  void create_poolTooSmall() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DatabaseConfig("jdbc:postgresql:x", "u", "p", 1, SECOND, SECOND))
        .withMessageContaining("penstock.database.pool-size was 1");
  }

  @Test
  void create_timeoutTooShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new DatabaseConfig("jdbc:postgresql:x", "u", "p", 2, Duration.ZERO, SECOND))
        .withMessageContaining("penstock.database.connect-timeout");
  }
}
