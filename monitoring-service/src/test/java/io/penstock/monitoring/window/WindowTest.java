package io.penstock.monitoring.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {

  private static final Instant NOW = Instant.parse("2026-07-01T12:30:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void of_cutsTimeFromTheEpochOn() {
    assertThat(Window.of(Instant.parse("2001-04-01T10:59:59.999Z"), Duration.ofHours(1)))
        .hasToString("2001-04-01T10:00:00Z/2001-04-01T11:00:00Z");
    assertThat(Window.of(Instant.parse("1969-12-31T23:59:59Z"), Duration.ofDays(1)).start())
        .isEqualTo("1969-12-31T00:00:00Z");
  }

  @Test
  void closedUntil_followsEventTime() {
    var activity = new Activity(1, Instant.parse("2001-04-01T10:00:30Z"), NOW, NOW);

    assertThat(activity.closedUntil(NOW, MINUTE, Duration.ofMinutes(5)))
        .isEqualTo("2001-04-01T09:59:30Z");
  }

  @Test
  void closedUntil_whenNothingCame_followsTheClock() {
    var activity = new Activity(1, Instant.parse("2001-04-01T10:00:30Z"), NOW, NOW);

    assertThat(
            activity.closedUntil(NOW.plus(MINUTE.multipliedBy(5)), MINUTE, Duration.ofMinutes(5)))
        .isEqualTo("2026-07-01T12:34:00Z");
  }
}
