package io.penstock.monitoring.performance;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.monitoring.alert.AlertReading;
import io.penstock.monitoring.alert.Alerts;
import io.penstock.monitoring.version.MonitoredVersion;
import io.penstock.monitoring.window.QualityRepository;
import io.penstock.monitoring.window.TrafficRepository;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/// Looks at the newest windows of a version and raises what they say.
@Singleton
public final class PerformanceJudge {

  private final Changes changes;
  private final TrafficRepository traffic;
  private final QualityRepository quality;
  private final Alerts alerts;
  private final PerformanceConfig config;
  private final PerformanceReadings readings;

  PerformanceJudge(
      Changes changes,
      TrafficRepository traffic,
      QualityRepository quality,
      Alerts alerts,
      PerformanceConfig config) {
    this.changes = changes;
    this.traffic = traffic;
    this.quality = quality;
    this.alerts = alerts;
    this.config = config;
    this.readings = new PerformanceReadings(config);
  }

  public void judge(MonitoredVersion version) {
    changes.run(change -> alerts.apply(change, version, read(change, version)));
  }

  private List<AlertReading> read(Change change, MonitoredVersion version) {
    var found = new ArrayList<AlertReading>();
    traffic
        .latest(change.handle(), version.id(), config.minRequests())
        .ifPresent(
            window ->
                traffic
                    .byWindow(change.handle(), version.id(), window)
                    .forEach((at, counts) -> found.addAll(readings.traffic(at, counts))));
    version
        .baseline()
        .auc()
        .ifPresent(registered -> readQuality(change, version, registered, found));
    return found;
  }

  private void readQuality(
      Change change, MonitoredVersion version, double registered, List<AlertReading> found) {
    quality
        .latest(change.handle(), version.id(), config.minLabels())
        .ifPresent(
            window ->
                quality
                    .byWindow(change.handle(), version.id(), window)
                    .forEach(
                        (at, counts) ->
                            readings.quality(at, counts, registered).ifPresent(found::add)));
  }
}
