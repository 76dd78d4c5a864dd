package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.postgres.PostgresEventLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresEventLogIT extends RemoteEventLogContract {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  private static String url;

  @BeforeAll
  static void createDatabase() {
    url = postgres.freshDatabase("events");
  }

  private static EventsConfig config(String url) {
    return EventsConfig.postgres(url, "postgres", "");
  }

  @Override
  protected EventLog open() {
    return PostgresEventLog.open(config(url), "test");
  }

  @Override
  protected void stopLog() {
    postgres.stop();
  }

  @Override
  protected void startLog() {
    postgres.start();
  }

  @Test
  void append_sameIdAgain_isStoredOnce() throws Exception {
    List<Event> events = events("a", 5);
    log.append(topic, events);
    log.append(topic, events);
    log.append(topic, List.of(events.getFirst(), events.getFirst(), event("a", 6)));
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    seen.awaitIds(6, PATIENCE);
    assertThat(seen.stored()).hasSize(6);
  }

  @Test
  void append_fromManyClients_leavesNoGapAndNoReaderSkips() throws Exception {
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    appendConcurrently(8, 60, 5);
    seen.awaitIds(8 * 60 * 5, PATIENCE);
    assertThat(seen.stored().stream().map(StoredEvent::offset))
        .containsExactlyElementsOf(LongStream.range(0, 8 * 60 * 5).boxed().toList());
  }

  private void appendConcurrently(int producers, int appends, int batch) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int producer = 0; producer < producers; producer++) {
        EventLog client = client();
        running.add(
            threads.submit(
                () ->
                    IntStream.range(0, appends)
                        .forEach(n -> client.append(topic, events("k", batch)))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  @Test
  void connectionOfTheConsumerDies_anotherTakesOverTheGroup() throws Exception {
    List<Event> events = events("a", 5);
    log.append(topic, events);
    var handling = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    log.subscribe(
        topic,
        "g",
        _ -> {
          handling.countDown();
          release.await();
        });
    assertThat(handling.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    var seen = new RecordingHandler();
    client().subscribe(topic, "g", seen);
    postgres.terminateConnections("penstock-events-test:" + topic + "/g");
    assertThat(seen.awaitIds(5, PATIENCE)).isEqualTo(ids(events));
    release.countDown();
  }

  @Test
  void restart_keepsWhatWasAppendedAndGoesOn() throws Exception {
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    List<Event> events = events("a", 20);
    log.append(topic, events.subList(0, 10));
    postgres.restart();
    Eventually.become(
        PATIENCE,
        () -> {
          log.append(topic, events.subList(10, 20));
          return true;
        });
    assertThat(seen.awaitIds(20, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void open_manyAtOnceOnAnEmptyDatabase_migratesOnce() throws Exception {
    String empty = postgres.freshDatabase("events_at_once");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int n = 0; n < 6; n++) {
        running.add(threads.submit(() -> appendOnce(empty)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private void appendOnce(String database) {
    try (var one = PostgresEventLog.open(config(database), "test")) {
      one.append(topic, events("a", 1));
    }
  }

  @Test
  void retention_byAge_keepsWhatAGroupHasNotFinished() throws Exception {
    String database = postgres.freshDatabase("events_aged");
    EventsConfig aged = config(database).withRetention(Duration.ZERO, 1L << 40);
    try (var retained = PostgresEventLog.open(aged, "test")) {
      List<Event> events = events("a", 1_200);
      retained.append(topic, events);
      var finished = new RecordingHandler();
      var subscription = retained.subscribe(topic, "g", finished);
      finished.awaitIds(1_200, PATIENCE);
      Eventually.become(PATIENCE, () -> subscription.lag() == 0);
      subscription.close();
      List<Event> unread = events("a", 3);
      retained.append(topic, unread);
      retained.retain();
      var fresh = new RecordingHandler();
      retained.subscribe(topic, "new", fresh);
      assertThat(fresh.awaitIds(3, PATIENCE)).isEqualTo(ids(unread));
    }
  }

  @Test
  void retention_bySize_deletesTheOldest() throws Exception {
    String database = postgres.freshDatabase("events_sized");
    EventsConfig sized = config(database).withRetention(Duration.ofDays(7), 4 << 20);
    try (var retained = PostgresEventLog.open(sized, "test")) {
      retained.append(topic, large(2_000));
      retained.retain();
      var seen = new RecordingHandler();
      retained.subscribe(topic, "g", seen);
      List<Event> last = events("a", 1);
      retained.append(topic, last);
      Eventually.become(PATIENCE, () -> seen.ids().contains(last.getFirst().id()));
      assertThat(seen.ids()).hasSizeBetween(501, 1_100);
    }
  }

  private static List<Event> large(int count) {
    byte[] payload = new byte[4 << 10];
    return events("a", count).stream()
        .map(e -> new Event(e.id(), e.type(), e.source(), e.key(), e.time(), payload, e.headers()))
        .toList();
  }
}
