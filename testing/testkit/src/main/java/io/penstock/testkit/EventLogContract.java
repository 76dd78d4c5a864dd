package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every event log promises. A log passes when its test extends this class.
public abstract class EventLogContract {

  /// How long a delivery may take on a busy machine.
  protected static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Instant NOON = Instant.parse("2001-04-01T12:00:00.123456Z");

  private final List<EventLog> clients = new ArrayList<>();
  protected EventLog log;
  protected String topic;

  /// Another client of the same log; closed after the test.
  protected abstract EventLog open();

  @BeforeEach
  final void openLog() {
    topic = "t-" + UUID.randomUUID().toString().substring(0, 8);
    log = client();
  }

  @AfterEach
  final void closeLogs() {
    clients.parallelStream().forEach(EventLog::close);
  }

  protected final EventLog client() {
    EventLog client = open();
    clients.add(client);
    return client;
  }

  protected static Event event(String key, int number) {
    return new Event(
        UUID.randomUUID().toString(),
        "penstock.test.v1.Numbered",
        "penstock/test",
        key,
        NOON,
        Integer.toString(number).getBytes(UTF_8),
        Map.of());
  }

  protected static List<Event> events(String key, int count) {
    return IntStream.range(0, count).mapToObj(number -> event(key, number)).toList();
  }

  protected static List<String> ids(List<Event> events) {
    return events.stream().map(Event::id).toList();
  }

  @Test
  void append_deliversInOrder() throws Exception {
    List<Event> events = events("a", 1_200);
    log.append(topic, events.subList(0, 700));
    log.append(topic, events.subList(700, 1_200));
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    assertThat(seen.awaitIds(1_200, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void append_nothing() {
    log.append(topic, List.of());
    assertThat(log.subscribe(topic, "g", new RecordingHandler()).lag()).isZero();
  }

  @Test
  void append_keepsEveryAttribute() throws Exception {
    var event =
        new Event(
            "id-1",
            "penstock.test.v1.Whole",
            "penstock/test",
            "models/flight-delay",
            NOON,
            new byte[] {0, -1, 127},
            Map.of(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "note",
                "\"ü\"\n"));
    log.append(topic, List.of(event));
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    seen.awaitIds(1, PATIENCE);
    assertThat(seen.stored().getFirst().event()).isEqualTo(event);
  }

  @Test
  void append_largePayloads() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    new Random(1).nextBytes(megabyte);
    List<Event> large =
        IntStream.range(0, 12)
            .mapToObj(n -> new Event("large-" + n, "t", "s", "k", NOON, megabyte, Map.of()))
            .toList();
    log.append(topic, large);
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    seen.awaitIds(12, PATIENCE);
    assertThat(seen.stored().stream().map(StoredEvent::event)).containsExactlyElementsOf(large);
  }

  @Test
  void subscribe_beforeTheTopicExists() throws Exception {
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    List<Event> events = events("a", 3);
    log.append(topic, events);
    assertThat(seen.awaitIds(3, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void subscribe_resumesAfterTheLastFinishedBatch() throws Exception {
    List<Event> events = events("a", 20);
    log.append(topic, events.subList(0, 10));
    var before = new RecordingHandler();
    Subscription first = log.subscribe(topic, "g", before);
    before.awaitIds(10, PATIENCE);
    first.close();
    log.append(topic, events.subList(10, 20));
    var after = new RecordingHandler();
    client().subscribe(topic, "g", after);
    assertThat(after.awaitIds(10, PATIENCE)).isEqualTo(ids(events).subList(10, 20));
  }

  @Test
  void subscribe_groupsAreIndependent() throws Exception {
    List<Event> events = events("a", 10);
    var first = new RecordingHandler();
    var second = new RecordingHandler();
    log.subscribe(topic, "g1", first);
    log.append(topic, events);
    first.awaitIds(10, PATIENCE);
    log.subscribe(topic, "g2", second);
    assertThat(second.awaitIds(10, PATIENCE)).isEqualTo(first.ids());
  }

  @Test
  void subscribe_twoOfOneGroupShareTheEvents() throws Exception {
    var both = new RecordingHandler();
    log.subscribe(topic, "g", both);
    client().subscribe(topic, "g", both);
    List<Event> events = events("a", 50);
    for (Event event : events) {
      log.append(topic, List.of(event));
    }
    assertThat(both.awaitIds(50, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void handle_throws_bringsTheSameEventsAgain() throws Exception {
    List<Event> events = events("a", 5);
    var attempts = new AtomicInteger();
    var seen = new RecordingHandler();
    log.append(topic, events);
    log.subscribe(
        topic,
        "g",
        batch -> {
          if (attempts.incrementAndGet() <= 3) {
            throw new IllegalStateException("attempt " + attempts + " fails on purpose");
          }
          seen.handle(batch);
        });
    assertThat(seen.awaitIds(5, PATIENCE)).isEqualTo(ids(events));
    assertThat(attempts.get()).isGreaterThan(3);
  }

  @Test
  void handle_neverFinished_goesToTheNextConsumer() throws Exception {
    List<Event> events = events("a", 5);
    var tried = new CountDownLatch(1);
    log.append(topic, events);
    EventHandler dying =
        _ -> {
          tried.countDown();
          throw new IllegalStateException("dies on purpose");
        };
    Subscription first = log.subscribe(topic, "g", dying);
    assertThat(tried.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    first.close();
    var seen = new RecordingHandler();
    client().subscribe(topic, "g", seen);
    assertThat(seen.awaitIds(5, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void close_isPrompt() throws Exception {
    var seen = new RecordingHandler();
    Subscription subscription = log.subscribe(topic, "g", seen);
    log.append(topic, events("a", 1));
    seen.awaitIds(1, PATIENCE);
    long began = System.nanoTime();
    subscription.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    log.append(topic, events("a", 1));
    assertThat(seen.stored()).hasSize(1);
  }

  @Test
  void lag_countsWhatIsNotFinished() throws Exception {
    log.append(topic, events("a", 7));
    var release = new CountDownLatch(1);
    var seen = new RecordingHandler();
    Subscription subscription =
        log.subscribe(
            topic,
            "g",
            batch -> {
              release.await();
              seen.handle(batch);
            });
    assertThat(subscription.lag()).isEqualTo(7);
    release.countDown();
    seen.awaitIds(7, PATIENCE);
    Eventually.become(PATIENCE, () -> subscription.lag() == 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manyProducersAndConsumers_loseAndReorderNothing(long seed) throws Exception {
    var story = new ProducersAndConsumers(seed, topic, this::client);
    story.run(PATIENCE);
  }
}
