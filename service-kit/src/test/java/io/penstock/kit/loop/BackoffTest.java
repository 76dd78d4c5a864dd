package io.penstock.kit.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  @Test
  void delay_doublesUpToTheLongest() {
    assertThat(backoff.delay(1)).isBetween(Duration.ofMillis(80), Duration.ofMillis(100));
    assertThat(backoff.delay(3)).isBetween(Duration.ofMillis(320), Duration.ofMillis(400));
    assertThat(backoff.delay(50)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    assertThat(backoff.delay(Integer.MAX_VALUE)).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void create_longestBelowFirst() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
