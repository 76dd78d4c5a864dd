package io.penstock.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.governance.GovernanceFailure.AuditEntryAltered;
import io.penstock.governance.RunningGovernance;
import io.penstock.governance.log.LogCorrupt;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.database.Database;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.PostgresExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditIntakeIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private final FakeClock clock = FakeClock.create();
  private final Path directory = RunningGovernance.directory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Database database;
  private AuditIndex index;
  private MerkleLog log;
  private AuditIntake intake;
  private long offset;

  @BeforeEach
  void open() {
    database = postgres.open("governance");
    index = new AuditIndex(database.jdbi());
    start();
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void start() {
    log = new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "test/audit");
    log.open(index.size());
    intake = new AuditIntake(log, index, new Quarantine(database.jdbi(), clock, meters), clock);
    intake.catchUp();
  }

  private List<StoredEvent> stored(List<AuditEvent> changes) {
    return changes.stream()
        .map(change -> new StoredEvent(offset++, 0, AuditEventsOf.event(change)))
        .toList();
  }

  private List<byte[]> logged() {
    var view = log.view().orElseThrow();
    var entries = new ArrayList<byte[]>();
    for (long i = 0; i < view.size(); i++) {
      entries.add(view.entry(i));
    }
    return entries;
  }

  private void assertLogged(List<AuditEvent> changes) {
    assertThat(logged().toArray(byte[][]::new))
        .isDeepEqualTo(changes.stream().map(AuditEvent::toByteArray).toArray(byte[][]::new));
    assertThat(index.size()).isEqualTo(changes.size());
  }

  @Test
  void sameEvents_againAndAgain_areTakenOnce() {
    var changes = AuditEventsOf.changes("ada", 10);
    intake.handle(stored(changes.subList(0, 6)));
    intake.handle(stored(changes.subList(3, 10)));
    intake.handle(stored(changes));
    var twice = List.of(changes.getLast(), changes.getLast());
    intake.handle(stored(twice));
    assertLogged(changes);
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void poison_goesToQuarantine_andStopsNothing() {
    var changes = AuditEventsOf.changes("ada", 2);
    var noUuid = changes.getFirst().toBuilder().setEventId("seventeen").build();
    var nul = AuditEventsOf.changes("a\0b", 1).getFirst();
    var batch = new ArrayList<>(stored(List.of(changes.getFirst(), noUuid, nul)));
    batch.add(new StoredEvent(offset++, 0, AuditEventsOf.raw("garbage", new byte[] {1, 2, 3})));
    batch.add(new StoredEvent(offset++, 0, AuditEventsOf.raw("large", new byte[70_000])));
    batch.addAll(stored(List.of(changes.getLast())));
    intake.handle(batch);
    intake.handle(batch);
    assertLogged(changes);
    assertThat(quarantined())
        .hasSize(4)
        .anySatisfy(reason -> assertThat(reason).contains("is no AuditEvent"))
        .anySatisfy(reason -> assertThat(reason).contains("'seventeen', which is no UUID"))
        .anySatisfy(reason -> assertThat(reason).contains("NUL"))
        .anySatisfy(reason -> assertThat(reason).contains("70000 bytes"));
    assertThat(meters.get("penstock.audit.quarantined").counter().count()).isEqualTo(4);
  }

  @Test
  void otherContent_underAKnownId_goesToQuarantine() {
    var change = AuditEventsOf.changes("ada", 1).getFirst();
    var forged = change.toBuilder().setPrincipal("mallory").build();
    intake.handle(stored(List.of(change, forged)));
    intake.handle(stored(List.of(forged)));
    assertLogged(List.of(change));
    assertThat(quarantined())
        .hasSize(2)
        .allSatisfy(reason -> assertThat(reason).contains("other content"));
  }

  // kill -9 between the log's fsync and the index's commit: the events come again, too.
  @Test
  void deathBetweenLogAndIndex_losesAndDoublesNothing() {
    var changes = AuditEventsOf.changes("ada", 20);
    intake.handle(stored(changes.subList(0, 5)));
    log.append(changes.subList(5, 15).stream().map(AuditEvent::toByteArray).toList());
    log.close();
    start();
    assertThat(index.size()).isEqualTo(15);
    intake.handle(stored(changes.subList(5, 20)));
    assertLogged(changes);
  }

  @Test
  void databaseAway_afterTheAppend_isMadeUpFor() {
    var changes = AuditEventsOf.changes("ada", 12);
    intake.handle(stored(changes.subList(0, 3)));
    // The rows of this batch are refused as they are by a database that restarts.
    database.jdbi().useHandle(handle -> handle.execute("alter table audit_entries rename to away"));
    var batch = stored(changes.subList(3, 12));
    assertThatThrownBy(() -> intake.handle(batch)).isInstanceOf(RuntimeException.class);
    database.jdbi().useHandle(handle -> handle.execute("alter table away rename to audit_entries"));
    intake.handle(batch);
    assertLogged(changes);
  }

  @Test
  void indexRows_refusedAfterTheAppend_areMadeUpForWithoutDoubles() {
    var changes = AuditEventsOf.changes("ada", 12);
    intake.handle(stored(changes.subList(0, 3)));
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "alter table audit_entries add constraint full_disk check (leaf_index < 5)"));
    var batch = stored(changes.subList(3, 12));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> intake.handle(batch)).isInstanceOf(RuntimeException.class);
    }
    assertThat(log.view().orElseThrow().size()).isEqualTo(12);
    database
        .jdbi()
        .useHandle(handle -> handle.execute("alter table audit_entries drop constraint full_disk"));
    intake.handle(batch);
    assertLogged(changes);
  }

  @Test
  void lostDirectory_isNoticedByTheDatabase() {
    intake.handle(stored(AuditEventsOf.changes("ada", 4)));
    var other =
        new MerkleLog(directory.resolve("other"), directory.resolve("other.pem"), "test/audit");
    try (other) {
      assertThatThrownBy(() -> other.open(index.size()))
          .isInstanceOf(LogCorrupt.class)
          .hasMessageContaining("holds 0 entries, but the database has seen 4");
    }
  }

  // A stored entry is altered on disk: it is refused, its neighbours and all proofs are not.
  @Test
  void alteredEntry_isNotShown() throws IOException {
    var changes = AuditEventsOf.changes("ada", 300);
    intake.handle(stored(changes));
    restart();
    log.close();
    Path bundle = directory.resolve("log/tile/entries/000");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[40] ^= 1;
    Files.write(bundle, bytes);
    start();
    var trail = new AuditTrail(log, index);
    assertThatThrownBy(() -> trail.entry(0))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(AuditEntryAltered.class));
    assertThat(trail.entry(1).data()).isEqualTo(changes.get(1).toByteArray());
  }

  // A new journal begins behind the full bundle, which recoveries then leave alone.
  private void restart() {
    log.close();
    start();
  }

  private List<String> quarantined() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select reason from audit_quarantine")
                    .mapTo(String.class)
                    .list());
  }
}
