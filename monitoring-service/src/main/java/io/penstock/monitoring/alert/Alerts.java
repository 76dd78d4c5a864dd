package io.penstock.monitoring.alert;

import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.monitoring.MonitoringConfig;
import io.penstock.monitoring.version.MonitoredVersion;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns readings into alerts: each tells once that it fires and once that it is resolved, however
/// often it is read.
@Singleton
public final class Alerts {

  private static final Logger log = LoggerFactory.getLogger(Alerts.class);

  private final AlertRepository repository;
  private final MonitoringConfig config;

  Alerts(AlertRepository repository, MonitoringConfig config) {
    this.repository = repository;
    this.config = config;
  }

  /// Applies readings of one version in the transaction of whatever they were read from.
  public void apply(Change change, MonitoredVersion version, List<AlertReading> readings) {
    if (!readings.isEmpty()) {
      repository.lock(change.handle(), version.id());
      readings.forEach(reading -> apply(change, version, reading));
    }
  }

  private void apply(Change change, MonitoredVersion version, AlertReading reading) {
    var known = repository.state(change.handle(), version.id(), reading);
    var transition =
        known
            .map(state -> state.after(reading, change.time()))
            .orElseGet(() -> AlertState.first(reading, change.time()));
    repository.save(change.handle(), version.id(), reading, transition.next());
    if (transition.told()) {
      var since = reading.firing() ? change.time() : known.orElseThrow().since();
      tell(
          change,
          new AlertNotification(
              UUID.randomUUID(),
              version.name().model(),
              version.name().version(),
              reading,
              change.time(),
              since));
    }
  }

  private void tell(Change change, AlertNotification notification) {
    var alert = AlertProtos.toEvent(notification);
    change.publish(Topics.ALERTS, alert);
    repository.append(
        change.handle(),
        notification.id(),
        notification.model(),
        alert.payload(),
        change.time(),
        config.webhookUrl() != null);
    log.info(
        "{} of models/{}/versions/{} {}: {}",
        notification.reading().kind(),
        notification.model(),
        notification.version(),
        notification.reading().firing() ? "fires" : "is resolved",
        notification.reading().summary());
  }
}
