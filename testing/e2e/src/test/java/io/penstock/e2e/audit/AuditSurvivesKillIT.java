package io.penstock.e2e.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.suite.RunningSuite;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.Checkpoint;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kills what the audit log depends on, again and again, while somebody makes changes: afterwards
/// every change that was acknowledged is in the log exactly once, and all proofs hold.
@Timeout(300)
class AuditSurvivesKillIT {

  private static final int KILLS = 2;
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(2);
  private static final Duration TO_CATCH_UP = Duration.ofSeconds(60);
  private static final List<String> METHODS =
      List.of(
          "penstock.registry.v1.ModelService/CreateModel",
          "penstock.registry.v1.ExperimentService/CreateExperiment");

  @Test
  void governanceKilled() throws Exception {
    try (var suite = RunningSuite.inSeparateJvms(Map.of());
        var changes = Changes.begin(suite)) {
      Auditor auditor = new Auditor(suite);
      Checkpoint before = firstCheckpoint(auditor);
      for (int kill = 0; kill < KILLS; kill++) {
        Thread.sleep(BETWEEN_KILLS);
        killGovernance(suite);
      }
      changes.close();
      assertThat(changes.refusals()).as("changes need no governance").isEmpty();
      assertThatAllIsAudited(auditor, changes, before);
    }
  }

  @Test
  void kafkaBrokerKilled() throws Exception {
    try (var kafka = KafkaBroker.launch();
        var suite = RunningSuite.inOneJvm(eventsOn(kafka));
        var changes = Changes.begin(suite)) {
      Auditor auditor = new Auditor(suite);
      Checkpoint before = firstCheckpoint(auditor);
      for (int kill = 0; kill < KILLS; kill++) {
        kafka.kill();
        Thread.sleep(BETWEEN_KILLS);
        kafka.start();
        Thread.sleep(BETWEEN_KILLS);
      }
      changes.close();
      assertThat(changes.refusals()).as("changes need no event log").isEmpty();
      assertThatAllIsAudited(auditor, changes, before);
    }
  }

  private static Map<String, String> eventsOn(KafkaBroker kafka) {
    Map<String, String> settings = new HashMap<>();
    for (String service : List.of("registry", "feature", "inference", "monitoring", "governance")) {
      settings.put(service + ":penstock.events.type", "kafka");
      settings.put(service + ":penstock.events.bootstrap-servers", kafka.bootstrapServers());
    }
    return settings;
  }

  private static Checkpoint firstCheckpoint(Auditor auditor) throws InterruptedException {
    Eventually.become(TO_CATCH_UP, () -> auditor.checkpoint().getTreeSize() > 10);
    return auditor.checkpoint();
  }

  /// `kill -9`; the suite starts it again by itself.
  private static void killGovernance(RunningSuite suite) throws InterruptedException {
    ProcessHandle victim = suite.local().process("governance");
    assertThat(victim.destroyForcibly()).isTrue();
    Eventually.become(TO_CATCH_UP, () -> suite.local().process("governance").pid() != victim.pid());
    assertThat(suite.local().awaitReady(RunningSuite.READY_WITHIN)).isTrue();
  }

  private static void assertThatAllIsAudited(Auditor auditor, Changes changes, Checkpoint before)
      throws Exception {
    Set<String> acknowledged = changes.acknowledged();
    Eventually.become(TO_CATCH_UP, () -> resources(entries(auditor)).containsAll(acknowledged));
    List<AuditEntry> entries = entries(auditor);
    assertThat(resources(entries)).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(entries).extracting(entry -> entry.getEvent().getResource()).doesNotHaveDuplicates();
    assertThat(entries).extracting(entry -> entry.getEvent().getEventId()).doesNotHaveDuplicates();
    for (AuditEntry entry : entries) {
      auditor.verify(entry);
    }
    Checkpoint after = auditor.checkpoint();
    auditor.verify(before);
    auditor.verify(after);
    assertThat(after.getTreeSize()).isGreaterThan(before.getTreeSize());
    auditor.verifyNothingWasRewritten(before, after);
  }

  private static List<AuditEntry> entries(Auditor auditor) {
    return METHODS.stream().map(auditor::entriesOf).flatMap(List::stream).toList();
  }

  private static Set<String> resources(List<AuditEntry> entries) {
    Stream<String> names = entries.stream().map(entry -> entry.getEvent().getResource());
    return new HashSet<>(names.toList());
  }
}
