package io.penstock.governance.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.governance.audit.ReceivedEvent.Unfit;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps events that cannot become entries, so that one bad event never stops the log and none is
/// lost silently.
@Singleton
final class Quarantine {

  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

  private final Jdbi jdbi;
  private final Clock clock;
  private final Counter taken;

  Quarantine(Jdbi jdbi, Clock clock, MeterRegistry meters) {
    this.jdbi = jdbi;
    this.clock = clock;
    this.taken =
        Counter.builder("penstock.audit.quarantined")
            .description("Events on the audit topic that could not become entries of the audit log")
            .register(meters);
  }

  /// Takes events in; one that comes again is taken once.
  void take(List<Unfit> events) {
    events.forEach(this::take);
  }

  private void take(Unfit event) {
    if (insert(event)) {
      taken.increment();
      log.error(
          "An event on the audit topic went to audit_quarantine: partition {} offset {} id {}: it {}",
          event.stored().partition(),
          event.stored().offset(),
          event.stored().event().id(),
          event.reason());
    }
  }

  private boolean insert(Unfit event) {
    var stored = event.stored();
    return jdbi.withHandle(
        handle ->
            handle.execute(
                    """
                    insert into audit_quarantine values (?, ?, ?, ?, ?, ?)
                    on conflict do nothing
                    """,
                    stored.partition(),
                    stored.offset(),
                    stored.event().id(),
                    event.reason().replace('\0', ' '),
                    stored.event().payload(),
                    clock.instant())
                == 1);
  }
}
