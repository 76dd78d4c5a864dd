package io.penstock.monitoring.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RewardsTest {

  private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void of_windows_addsUpTheirRewards() {
    var rewards = Rewards.of(Map.of(hour(0), labels(1, 0), hour(2), labels(1)), NOON, none());
    assertThat(rewards).isEqualTo(new Rewards(2, 3));
  }

  @Test
  void of_windows_forgetsByHalves() {
    var rewards =
        Rewards.of(Map.of(hour(0), labels(1, 1), hour(2), labels(1, 0)), NOON, Optional.of(HOUR));
    assertThat(rewards).isEqualTo(new Rewards(2 + 0.25, 2 + 0.5));
  }

  @Test
  void of_labelsThatAreNoRewards_staysWithinTheBounds() {
    assertThat(Rewards.of(Map.of(hour(0), labels(7, -3, 0.5)), NOON, none()))
        .isEqualTo(new Rewards(1.5, 3));
  }

  @Test
  void of_aWindowThatIsStillOpen_countsWhole() {
    assertThat(Rewards.of(Map.of(hour(-1), labels(1)), NOON, Optional.of(HOUR)))
        .isEqualTo(new Rewards(1, 1));
  }

  private static Optional<Duration> none() {
    return Optional.empty();
  }

  /// Ends so many hours before noon.
  private static Window hour(int before) {
    var end = NOON.minus(HOUR.multipliedBy(before));
    return new Window(end.minus(HOUR), end);
  }

  private static QualityCounts labels(double... labels) {
    var counts = new QualityCounts();
    for (double label : labels) {
      counts.label(0.5, label);
    }
    return counts;
  }
}
