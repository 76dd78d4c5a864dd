package io.penstock.kit.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventBatches;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Carries events from the outbox to the event log, oldest first, one relay at a time per database.
/// Deletes after the log has them: a crash in between appends them again under the same ids. While
/// the log is away the outbox grows and the service works on.
public final class OutboxRelay implements AutoCloseable {

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  // For what other replicas committed; our own commits wake us.
  private static final Duration POLL = Duration.ofMillis(250);
  // What is committed meanwhile travels together, here and through everything that reads the log:
  // each batch costs a consumer as much as some hundred events. A full batch is not waited for.
  private static final Duration SPACING = Duration.ofMillis(100);
  private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 10;

  private final Jdbi jdbi;
  private final EventLog log;
  private final BackgroundLoop loop;
  private final BackgroundLoop counting;
  private volatile Outbox.Backlog backlog = new Outbox.Backlog(0, 0);

  private OutboxRelay(Jdbi jdbi, EventLog log, String service) {
    this.jdbi = jdbi;
    this.log = log;
    this.loop = BackgroundLoop.start(service + ": outbox relay", BACKOFF, SPACING, this::relay);
    this.counting = BackgroundLoop.start(service + ": outbox count", BACKOFF, this::count);
  }

  /// Starts carrying what the changes of this service publish.
  public static OutboxRelay start(Jdbi jdbi, EventLog log, Changes changes, MeterRegistry meters) {
    var relay = new OutboxRelay(jdbi, log, changes.service());
    relay.register(meters);
    changes.onPublished(relay.loop::wake);
    return relay;
  }

  private void register(MeterRegistry meters) {
    Gauge.builder("penstock.outbox.backlog", this, relay -> relay.backlog.events())
        .description("Events that are committed and not in the event log yet")
        .register(meters);
    Gauge.builder("penstock.outbox.oldest.seconds", this, relay -> relay.backlog.oldestSeconds())
        .description("Age of the oldest of them")
        .register(meters);
  }

  private Duration relay() {
    boolean full = true;
    for (int batch = 0; full && batch < MOST_AT_ONCE; batch++) {
      full = jdbi.inTransaction(this::relayBatch);
    }
    return full ? Duration.ZERO : POLL;
  }

  private boolean relayBatch(Handle handle) {
    if (!Outbox.claim(handle)) {
      return false;
    }
    var rows = Outbox.oldest(handle, EventBatches.MAX_EVENTS, EventBatches.MAX_BYTES);
    if (rows.isEmpty()) {
      return false;
    }
    append(rows);
    Outbox.delete(handle, rows);
    return rows.size() == EventBatches.MAX_EVENTS;
  }

  private void append(List<Outbox.Row> rows) {
    var byTopic = new LinkedHashMap<String, List<Event>>();
    for (Outbox.Row row : rows) {
      byTopic.computeIfAbsent(row.topic(), _ -> new ArrayList<>()).add(row.event());
    }
    byTopic.forEach(log::append);
  }

  private Duration count() {
    backlog = jdbi.withHandle(Outbox::backlog);
    return BETWEEN_COUNTS;
  }

  @Override
  public void close() {
    loop.close();
    counting.close();
  }
}
