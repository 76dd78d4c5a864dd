package io.penstock.inference.operation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.access.AuditScope;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.outbox.AuditEvents;
import io.penstock.kit.service.ServiceName;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves audit entries for what operators do here. An entry is on this machine's disk before the
/// act and goes to the event log as soon as that takes it, so that an operator can act while the
/// log is away. What cannot be written down anywhere is refused, and so is what comes while too
/// much waits: then nobody is reading the trail.
@Singleton
public final class AuditTrail implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int MOST_WAITING = 1_000;
  private static final int BATCH = 100;

  private final AuditSpool spool;
  private final EventLog events;
  private final ServiceName service;
  private final Clock clock;
  private final BackgroundLoop relay;

  AuditTrail(
      AuditSpool spool, EventLog events, ServiceName service, Clock clock, MeterRegistry meters) {
    this.spool = spool;
    this.events = events;
    this.service = service;
    this.clock = clock;
    Gauge.builder("penstock.inference.audit.waiting", spool, AuditSpool::size)
        .description("Audit events that wait for the event log")
        .register(meters);
    this.relay = BackgroundLoop.start("audit trail", BACKOFF, this::relay);
  }

  /// Tells that the current caller is about to do something to the resource. Throws where that
  /// cannot be told; then it must not be done.
  public void record(String resource, Map<String, String> facts) {
    if (spool.size() >= MOST_WAITING) {
      throw unavailable(MOST_WAITING + " audit events wait for it");
    }
    keep(AuditEvents.of(service.value(), clock.instant(), resource, facts));
    AuditScope.markCurrent();
  }

  private void keep(Event event) {
    try {
      spool.write(event);
      relay.wake();
    } catch (IOException e) {
      log.warn("Could not write an audit event down, sending it at once: {}", e.toString());
      events.append(Topics.AUDIT, List.of(event));
    }
  }

  private static FailureException unavailable(String detail) {
    return new FailureException(new DependencyUnavailable("event log", detail));
  }

  private Duration relay() throws IOException {
    for (var batch = spool.oldest(BATCH); !batch.isEmpty(); batch = spool.oldest(BATCH)) {
      events.append(Topics.AUDIT, batch.stream().map(AuditSpool.Entry::event).toList());
      for (var entry : batch) {
        spool.remove(entry);
      }
    }
    return REST;
  }

  @Override
  @PreDestroy
  public void close() {
    relay.close();
  }
}
