package io.penstock.monitoring.canary;

import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a version has earned: rewards between 0 and 1, older ones counting less where they are to
/// be forgotten.
///
/// @param sum of the rewards
/// @param count how many they are, weighed in the same way
record Rewards(double sum, double count) {

  static Rewards of(Map<Window, QualityCounts> windows, Instant now, Optional<Duration> halfLife) {
    double sum = 0;
    double count = 0;
    for (var window : windows.entrySet()) {
      double weight = weight(window.getKey(), now, halfLife);
      sum += weight * window.getValue().rewards();
      count += weight * window.getValue().labels();
    }
    return new Rewards(sum, count);
  }

  private static double weight(Window window, Instant now, Optional<Duration> halfLife) {
    if (halfLife.isEmpty()) {
      return 1;
    }
    double age = Math.max(0, Duration.between(window.end(), now).toMillis());
    return Math.pow(0.5, age / halfLife.get().toMillis());
  }

  double mean() {
    return count == 0 ? Double.NaN : sum / count;
  }
}
