package io.penstock.governance.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.governance.log.LogView;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Topics;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Consumes the audit topic while the service runs.
@Singleton
final class AuditConsumer {

  private static final String GROUP = "governance";

  private final EventLog events;
  private final AuditIntake intake;
  private @Nullable Subscription subscription;

  AuditConsumer(EventLog events, AuditIntake intake, MerkleLog log, MeterRegistry meters) {
    this.events = events;
    this.intake = intake;
    Gauge.builder("penstock.audit.log.size", () -> log.view().map(LogView::size).orElse(0L))
        .description("Entries of the audit log")
        .register(meters);
    Gauge.builder("penstock.audit.lag", this::lag)
        .description("Audit events that are not in the audit log yet")
        .register(meters);
  }

  @EventListener
  synchronized void started(ServiceStarted event) {
    subscription = events.subscribe(Topics.AUDIT, GROUP, intake);
  }

  @EventListener
  synchronized void stopping(ServiceStopping event) {
    if (subscription != null) {
      subscription.close();
      subscription = null;
    }
  }

  private synchronized long lag() {
    return subscription == null ? 0 : subscription.lag();
  }
}
