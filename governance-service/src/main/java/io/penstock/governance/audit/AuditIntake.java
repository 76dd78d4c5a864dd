package io.penstock.governance.audit;

import io.penstock.governance.audit.ReceivedEvent.Fit;
import io.penstock.governance.audit.ReceivedEvent.Unfit;
import io.penstock.governance.log.LogView;
import io.penstock.governance.log.MerkleLog;
import io.penstock.governance.tree.Hash;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

/// Takes batches of audit events into the log and the index, each event once, in an order that
/// survives dying at any point.
@Singleton
final class AuditIntake implements EventHandler {

  private static final int CATCH_UP = 1000;

  private final MerkleLog log;
  private final AuditIndex index;
  private final Quarantine quarantine;
  private final Clock clock;

  AuditIntake(MerkleLog log, AuditIndex index, Quarantine quarantine, Clock clock) {
    this.log = log;
    this.index = index;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  @Override
  public synchronized void handle(List<StoredEvent> batch) {
    catchUp();
    var sorted = sort(batch);
    quarantine.take(sorted.unfit());
    append(sorted.fresh());
  }

  /// Indexes what the log has and the index has not: entries whose append came back as failed, or
  /// whose process died.
  synchronized void catchUp() {
    LogView settled = log.settle();
    for (long from = index.size(); from < settled.size(); from += CATCH_UP) {
      long to = Math.min(from + CATCH_UP, settled.size());
      Instant now = clock.instant();
      index.add(
          LongStream.range(from, to)
              .mapToObj(leaf -> AuditRow.of(leaf, settled.entry(leaf), now))
              .toList());
    }
  }

  private record Sorted(List<Fit> fresh, List<Unfit> unfit) {}

  private Sorted sort(List<StoredEvent> batch) {
    var received = batch.stream().map(ReceivedEvent::of).toList();
    var known = index.known(ids(received));
    var sorted = new Sorted(new ArrayList<>(), new ArrayList<>());
    for (ReceivedEvent event : received) {
      switch (event) {
        case Fit fit -> sort(fit, known, sorted);
        case Unfit unfit -> sorted.unfit().add(unfit);
      }
    }
    return sorted;
  }

  private static List<UUID> ids(List<ReceivedEvent> received) {
    return received.stream()
        .filter(Fit.class::isInstance)
        .map(Fit.class::cast)
        .map(Fit::id)
        .toList();
  }

  // The same event again is what at-least-once delivery does; another event under the same id is
  // forged or a bug.
  private static void sort(Fit event, Map<UUID, Hash> known, Sorted sorted) {
    Hash logged = known.putIfAbsent(event.id(), event.hash());
    if (logged == null) {
      sorted.fresh().add(event);
    } else if (!logged.equals(event.hash())) {
      sorted.unfit().add(new Unfit(event.stored(), "has the id of an entry with other content"));
    }
  }

  private void append(List<Fit> events) {
    if (events.isEmpty()) {
      return;
    }
    long first = log.append(events.stream().map(Fit::payload).toList());
    Instant now = clock.instant();
    var rows = new ArrayList<AuditRow>(events.size());
    for (Fit event : events) {
      rows.add(new AuditRow(first + rows.size(), event.hash(), now, event.change()));
    }
    index.add(rows);
  }
}
