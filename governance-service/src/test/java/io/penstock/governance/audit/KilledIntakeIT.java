package io.penstock.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.governance.JavaProcess;
import io.penstock.governance.RunningGovernance;
import io.penstock.governance.log.MerkleLog;
import io.penstock.governance.tree.NaiveTree;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.Topics;
import io.penstock.kit.events.postgres.PostgresEventLog;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KilledIntakeIT {

  private static final int KILLS = 3;
  private static final long SEED = 20010630;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private final Random random = new Random(SEED);
  private final Path directory = RunningGovernance.directory();
  private final String url = postgres.freshDatabase("killed");
  private final List<AuditEvent> published = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();

  @Test
  void killed_againAndAgain_takesEveryEventExactlyOnce() throws Exception {
    try (var events = PostgresEventLog.open(EventsConfig.postgres(url, "postgres", ""), "test");
        var database =
            io.penstock.kit.database.Database.open(PostgresExtension.config(url), "governance")) {
      database.migrate();
      var index = new AuditIndex(database.jdbi());
      for (int kill = 0; kill < KILLS; kill++) {
        publish(events, 700);
        Process process = consumer();
        Thread.sleep(random.nextInt(400));
        for (int i = 0; i < 10; i++) {
          publish(events, 30);
        }
        kill(process);
      }
      Process last = consumer();
      Eventually.become(
          Duration.ofSeconds(30), () -> index.size() == new HashSet<>(published).size());
      kill(last);
      verify(index);
    }
  }

  // Some events are published twice, as the outbox does after a crash.
  private void publish(PostgresEventLog events, int count) {
    var changes = new ArrayList<>(AuditEventsOf.changes("ada", count));
    published.addAll(changes);
    for (int i = 0; i < count / 10; i++) {
      changes.add(random.nextInt(changes.size()), published.get(random.nextInt(published.size())));
    }
    events.append(Topics.AUDIT, changes.stream().map(AuditEventsOf::event).toList());
  }

  @AfterEach
  void leaveNothingRunning() {
    started.forEach(Process::destroyForcibly);
  }

  private Process consumer() throws Exception {
    Process process = JavaProcess.start(ConsumingProcess.class, url, directory);
    started.add(process);
    String line;
    do {
      line = process.inputReader().readLine();
      assertThat(line).as("seed %d: the process started", SEED).isNotNull();
    } while (!line.endsWith("consuming"));
    return process;
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private void verify(AuditIndex index) throws Exception {
    try (var log =
        new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "test/audit")) {
      log.open(index.size());
      var view = log.view().orElseThrow();
      var ids = new HashSet<String>();
      var entries = new ArrayList<byte[]>();
      for (long i = 0; i < view.size(); i++) {
        entries.add(view.entry(i));
        assertThat(ids.add(AuditEvent.parseFrom(view.entry(i)).getEventId())).isTrue();
      }
      assertThat(ids)
          .hasSize(KILLS * 1000)
          .containsAll(published.stream().map(AuditEvent::getEventId).toList());
      assertThat(view.checkpoint().root().bytes()).isEqualTo(NaiveTree.root(entries));
      assertThat(index.size()).isEqualTo(view.size());
    }
  }
}
