package io.penstock.monitoring.alert;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.monitoring.MonitoringConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up the alerts of other services, such as that an artifact was altered: so all alerts stand
/// in one list and reach one webhook. A batch may come again at any time.
@Singleton
public final class OthersAlerts implements EventHandler {

  private static final Logger log = LoggerFactory.getLogger(OthersAlerts.class);

  private final Jdbi jdbi;
  private final AlertRepository repository;
  private final MonitoringConfig config;
  private final Clock clock;

  OthersAlerts(Jdbi jdbi, AlertRepository repository, MonitoringConfig config, Clock clock) {
    this.jdbi = jdbi;
    this.repository = repository;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void handle(List<StoredEvent> batch) {
    var alerts =
        batch.stream()
            .map(StoredEvent::event)
            .filter(event -> !event.source().equals(AlertProtos.SOURCE))
            .map(OthersAlerts::parse)
            .flatMap(Optional::stream)
            .toList();
    jdbi.useTransaction(
        handle ->
            alerts.forEach(
                alert ->
                    repository.append(
                        handle,
                        alert.id(),
                        alert.model(),
                        alert.event(),
                        clock.instant(),
                        config.webhookUrl() != null)));
  }

  // What makes no sense now never will: waiting for it would stop all that follow.
  private static Optional<OthersAlert> parse(Event event) {
    try {
      return Optional.of(AlertProtos.othersAlert(event));
    } catch (IllegalArgumentException e) {
      log.warn("alert event {} is left out: {}", event.id(), e.getMessage());
      return Optional.empty();
    }
  }
}
