package io.penstock.monitoring.performance;

import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.QualityRepository;
import io.penstock.monitoring.window.TrafficRepository;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/// The windows of a version, open ones included.
@Singleton
final class PerformanceReports {

  private final Jdbi jdbi;
  private final TrafficRepository traffic;
  private final QualityRepository quality;

  PerformanceReports(Jdbi jdbi, TrafficRepository traffic, QualityRepository quality) {
    this.jdbi = jdbi;
    this.traffic = traffic;
    this.quality = quality;
  }

  /// Windows that touch the range, oldest first.
  List<Performance> of(int versionId, Window range) {
    return jdbi.inTransaction(
        handle -> {
          var labelled = quality.byWindow(handle, versionId, range);
          var windows = new ArrayList<Performance>();
          traffic
              .byWindow(handle, versionId, range)
              .forEach(
                  (window, counts) ->
                      windows.add(
                          new Performance(
                              window, counts, labelled.getOrDefault(window, new QualityCounts()))));
          return windows;
        });
  }
}
