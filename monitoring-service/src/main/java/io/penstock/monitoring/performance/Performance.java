package io.penstock.monitoring.performance;

import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.TrafficCounts;
import io.penstock.monitoring.window.Window;
import java.util.List;

/// How one version served in one window, or in several together.
record Performance(Window window, TrafficCounts traffic, QualityCounts quality) {

  /// All windows together, over the time from the first to the last.
  static Performance total(List<Performance> windows) {
    var traffic = new TrafficCounts();
    var quality = new QualityCounts();
    for (var window : windows) {
      traffic.add(window.traffic);
      quality.add(window.quality);
    }
    return new Performance(
        windows.getFirst().window.cover(windows.getLast().window), traffic, quality);
  }
}
