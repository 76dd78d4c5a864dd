package io.penstock.inference.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.outbox.AuditEvents;
import io.penstock.kit.service.ServiceName;
import io.penstock.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;

  private final List<Event> arrived = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  @Test
  void entries_waitWhileTheLogIsAway() throws Exception {
    away = true;
    try (var trail = trail()) {
      trail.record("models/m", Map.of("operation", "unload"));
      trail.record("models/n", Map.of("operation", "unload"));
      assertThat(arrived).isEmpty();
      away = false;
      Eventually.become(SOON, () -> arrived.size() == 2);
    }
    assertThat(arrived).extracting(Event::key).containsExactly("models/m", "models/n");
    assertThat(waiting()).isEmpty();
  }

  @Test
  void entries_surviveARestart() throws Exception {
    away = true;
    try (var trail = trail()) {
      trail.record("models/m", Map.of("operation", "load"));
    }
    assertThat(waiting()).hasSize(1);
    away = false;
    try (var _ = trail()) {
      Eventually.become(SOON, () -> arrived.size() == 1);
    }
  }

  @Test
  void brokenFile_holdsUpNothing() throws Exception {
    Files.createDirectories(directory.resolve("audit"));
    Files.write(directory.resolve("audit").resolve("0-broken.audit"), new byte[] {7, 7, 7});
    try (var trail = trail()) {
      trail.record("models/m", Map.of());
      Eventually.become(SOON, () -> arrived.size() == 1);
    }
  }

  @Test
  void tooManyWaiting_andNothingMoreIsDone() throws Exception {
    away = true;
    var spool = new AuditSpool(new InferenceConfig(DeviceChoice.CPU, directory));
    for (int i = 0; i < 1_000; i++) {
      spool.write(AuditEvents.of("inference", Instant.EPOCH, "models/m" + i, Map.of()));
    }
    try (var trail = trail()) {
      assertThatThrownBy(() -> trail.record("models/m", Map.of()))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("1000 audit events wait");
      away = false;
      Eventually.become(SOON, () -> waiting().isEmpty());
      trail.record("models/m", Map.of());
      Eventually.become(SOON, () -> arrived.size() == 1_001);
    }
  }

  private List<Path> waiting() throws IOException {
    try (var files = Files.list(directory.resolve("audit"))) {
      return files.filter(file -> file.toString().endsWith(".audit")).toList();
    }
  }

  private AuditTrail trail() {
    return new AuditTrail(
        new AuditSpool(new InferenceConfig(DeviceChoice.CPU, directory)),
        new Log(),
        new ServiceName("inference"),
        Clock.systemUTC(),
        new SimpleMeterRegistry());
  }

  private final class Log implements EventLog {

    @Override
    public void append(String topic, List<Event> events) {
      if (away) {
        throw new FailureException(new DependencyUnavailable("event log", "away"));
      }
      arrived.addAll(events);
    }

    @Override
    public Subscription subscribe(String topic, String group, EventHandler handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      // Nothing to let go of.
    }
  }
}
