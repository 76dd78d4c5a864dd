package io.penstock.kit.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.service.ServiceStarted;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Runs the relay from the moment the service has started until it is closed.
@Singleton
@Requires(property = "penstock.database.url")
final class OutboxLifecycle implements AutoCloseable {

  private final Jdbi jdbi;
  private final EventLog log;
  private final Changes changes;
  private final MeterRegistry meters;
  private @Nullable OutboxRelay relay;

  OutboxLifecycle(Jdbi jdbi, EventLog log, Changes changes, MeterRegistry meters) {
    this.jdbi = jdbi;
    this.log = log;
    this.changes = changes;
    this.meters = meters;
  }

  @EventListener
  synchronized void start(ServiceStarted started) {
    if (relay == null) {
      relay = OutboxRelay.start(jdbi, log, changes, meters);
    }
  }

  @Override
  @PreDestroy
  public synchronized void close() {
    if (relay != null) {
      relay.close();
      relay = null;
    }
  }
}
