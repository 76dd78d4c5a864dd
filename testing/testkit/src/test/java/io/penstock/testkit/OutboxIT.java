package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.InMemoryEventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Topics;
import io.penstock.kit.events.postgres.PostgresEventLog;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.outbox.OutboxRelay;
import io.penstock.proto.event.v1.AuditEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OutboxIT {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  @RegisterExtension static final PostgresExtension eventsPostgres = PostgresExtension.dedicated();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final InMemoryEventLog memory = opened(new InMemoryEventLog());
  private final RecordingHandler seen = new RecordingHandler();
  private Jdbi jdbi;
  private Changes changes;

  @BeforeEach
  void migrate() {
    jdbi = postgres.open("outboxed").jdbi();
    jdbi.useHandle(handle -> handle.execute("create table note (text text)"));
    changes = new Changes(jdbi, "test", Clock.systemUTC());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  private void relayTo(EventLog log) {
    opened(OutboxRelay.start(jdbi, log, changes, meters));
  }

  private Event note(String text) {
    Event event = EventLogContract.event("notes/1", 0);
    changes.run(
        change -> {
          change.handle().execute("insert into note values (?)", text);
          change.publish(Topics.ALERTS, event);
        });
    return event;
  }

  private List<String> notes(int count) {
    return IntStream.range(0, count).mapToObj(n -> note("note " + n).id()).toList();
  }

  private int count(String table) {
    return jdbi.withHandle(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(int.class).one());
  }

  @Test
  void commit_reachesTheLogInOrder() throws Exception {
    memory.subscribe(Topics.ALERTS, "g", seen);
    relayTo(memory);
    List<String> ids = notes(700);
    assertThat(seen.awaitIds(700, PATIENCE)).isEqualTo(ids);
    Eventually.become(PATIENCE, () -> count("penstock_outbox") == 0);
  }

  @Test
  void commit_rolledBack_publishesNothing() {
    assertThatThrownBy(
            () ->
                changes.run(
                    change -> {
                      change.handle().execute("insert into note values ('lost')");
                      change.publish(Topics.ALERTS, EventLogContract.event("k", 1));
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");
    assertThat(count("penstock_outbox")).isZero();
    assertThat(count("note")).isZero();
  }

  @Test
  void audit_outsideACall_namesTheService() throws Exception {
    memory.subscribe(Topics.AUDIT, "g", seen);
    relayTo(memory);
    changes.run(change -> change.audit("models/a", Map.of("stage", "production")));
    seen.awaitIds(1, PATIENCE);
    AuditEvent audit = audited(seen.stored().getFirst());
    assertThat(audit.getPrincipal()).isEqualTo("test");
    assertThat(audit.getMethod()).isEqualTo("background/test");
    assertThat(audit.getResource()).isEqualTo("models/a");
    assertThat(audit.getDetailsJson()).isEqualTo("{\"stage\":\"production\"}");
    assertThat(audit.getEventId()).isEqualTo(seen.stored().getFirst().event().id());
  }

  @Test
  void audit_causedByAnEvent_namesTheTopic() throws Exception {
    memory.subscribe(Topics.AUDIT, "g", seen);
    relayTo(memory);
    EventHandler auditing =
        _ -> changes.run(change -> change.audit("models/a", Map.of("verdict", "promote")));
    memory.subscribe(Topics.VERDICTS, "test", auditing);
    memory.append(Topics.VERDICTS, List.of(EventLogContract.event("models/a", 1)));
    seen.awaitIds(1, PATIENCE);
    assertThat(audited(seen.stored().getFirst()).getMethod()).isEqualTo("event/penstock.verdicts");
  }

  private static AuditEvent audited(StoredEvent stored) throws InvalidProtocolBufferException {
    return AuditEvent.parseFrom(stored.event().payload());
  }

  @Test
  void killedBetweenAppendAndDelete_appendsAgainUnderTheSameId() throws Exception {
    memory.subscribe(Topics.ALERTS, "g", seen);
    relayTo(new DyingAfterAppend(memory));
    List<String> ids = notes(3);
    Eventually.become(PATIENCE, () -> count("penstock_outbox") == 0);
    Eventually.become(PATIENCE, () -> seen.stored().size() > 3);
    assertThat(seen.ids()).isEqualTo(ids);
  }

  @Test
  void logAway_servesOnAndCatchesUp() throws Exception {
    String url = eventsPostgres.freshDatabase("events");
    var log = opened(PostgresEventLog.open(EventsConfig.postgres(url, "postgres", ""), "test"));
    log.subscribe(Topics.ALERTS, "g", seen);
    relayTo(log);
    List<String> ids = new ArrayList<>(notes(20));
    seen.awaitIds(20, PATIENCE);
    eventsPostgres.stop();
    try {
      long began = System.nanoTime();
      ids.addAll(notes(1_000));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      assertThat(count("penstock_outbox")).isEqualTo(1_000);
      Eventually.become(
          PATIENCE, () -> meters.get("penstock.outbox.backlog").gauge().value() == 1_000);
    } finally {
      eventsPostgres.start();
    }
    assertThat(seen.awaitIds(1_020, PATIENCE)).isEqualTo(ids);
    // A batch may have been delivered again, when its commit was cut off; the log holds each event
    // once.
    assertThat(seen.stored().stream().map(StoredEvent::offset).distinct()).hasSize(1_020);
    Eventually.become(PATIENCE, () -> count("penstock_outbox") == 0);
  }

  @Test
  void serviceDatabaseRestarts_relayGoesOn() throws Exception {
    memory.subscribe(Topics.ALERTS, "g", seen);
    relayTo(memory);
    note("before");
    seen.awaitIds(1, PATIENCE);
    postgres.terminateConnections("penstock-outboxed%");
    Eventually.become(PATIENCE, () -> !note("after").id().isEmpty());
    seen.awaitIds(2, PATIENCE);
  }

  @Test
  void twoRelays_deliverInOrderWithoutDoubling() throws Exception {
    memory.subscribe(Topics.ALERTS, "g", seen);
    relayTo(memory);
    relayTo(memory);
    List<String> ids = notes(300);
    assertThat(seen.awaitIds(300, PATIENCE)).isEqualTo(ids);
    Eventually.become(PATIENCE, () -> count("penstock_outbox") == 0);
    assertThat(seen.stored()).hasSize(300);
  }

  /// Appends, and fails the first time before the relay can delete: what a crash at that moment
  /// leaves behind.
  private static final class DyingAfterAppend implements EventLog {

    private final EventLog log;
    private final AtomicInteger appends = new AtomicInteger();

    DyingAfterAppend(EventLog log) {
      this.log = log;
    }

    @Override
    public void append(String topic, List<Event> events) {
      log.append(topic, events);
      if (appends.incrementAndGet() == 1) {
        throw new IllegalStateException("killed on purpose");
      }
    }

    @Override
    public Subscription subscribe(String topic, String group, EventHandler handler) {
      return log.subscribe(topic, group, handler);
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
