package io.penstock.monitoring.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertStateTest {

  private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

  @Test
  void first_firing_isTold() {
    assertThat(AlertState.first(reading(1, true), NOW).told()).isTrue();
  }

  @Test
  void first_notFiring_isNotTold() {
    assertThat(AlertState.first(reading(1, false), NOW).told()).isFalse();
  }

  @Test
  void after_stillFiring_isNotToldAgain() {
    var state = AlertState.first(reading(1, true), NOW).next();

    var later = state.after(reading(2, true), NOW.plusSeconds(9));

    assertThat(later.told()).isFalse();
    assertThat(later.next().since()).isEqualTo(NOW);
  }

  @Test
  void after_noLongerFiring_isTold() {
    var state = AlertState.first(reading(1, true), NOW).next();

    var later = state.after(reading(2, false), NOW.plusSeconds(9));

    assertThat(later.told()).isTrue();
    assertThat(later.next().firing()).isFalse();
  }

  @Test
  void after_anOlderWindow_changesNothing() {
    var state = AlertState.first(reading(5, true), NOW).next();

    var later = state.after(reading(4, false), NOW);

    assertThat(later.told()).isFalse();
    assertThat(later.next()).isEqualTo(state);
  }

  private static AlertReading reading(int hour, boolean firing) {
    var window = Window.of(Instant.EPOCH.plus(Duration.ofHours(hour)), Duration.ofHours(1));
    return new AlertReading(
        AlertKind.LATENCY, "", window, firing, Severity.WARNING, "slow", Map.of(), "");
  }
}
