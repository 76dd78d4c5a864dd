package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A seeded story of several producers with keys of their own and one group of consumers that fail
/// and come and go: at its end every event has come, and the first deliveries of each key are in
/// the order in which they were appended.
final class ProducersAndConsumers {

  private static final int PRODUCERS = 4;
  private static final int KEYS_EACH = 3;
  private static final int EVENTS_EACH = 400;
  private static final int MOST_PER_BATCH = 40;
  private static final int CONSUMERS = 2;
  private static final int RESTARTS = 3;

  private final long seed;
  private final String topic;
  private final Supplier<EventLog> clients;
  private final RecordingHandler seen = new RecordingHandler();
  private final Map<String, List<String>> appended = new HashMap<>();

  ProducersAndConsumers(long seed, String topic, Supplier<EventLog> clients) {
    this.seed = seed;
    this.topic = topic;
    this.clients = clients;
  }

  void run(Duration patience) throws Exception {
    System.out.println("producers and consumers, seed " + seed);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      IntStream.range(0, CONSUMERS).forEach(n -> running.add(threads.submit(() -> consume(n))));
      IntStream.range(0, PRODUCERS).forEach(n -> running.add(threads.submit(() -> produce(n))));
      await(running);
    }
    seen.awaitIds(PRODUCERS * EVENTS_EACH, patience);
    assertThat(firstDeliveriesByKey()).isEqualTo(appended);
  }

  private static void await(List<Future<?>> running)
      throws ExecutionException, InterruptedException {
    for (Future<?> one : running) {
      one.get();
    }
  }

  private void produce(int producer) {
    var random = new Random(seed * 31 + producer);
    EventLog log = clients.get();
    int left = EVENTS_EACH;
    while (left > 0) {
      List<Event> batch =
          batch(producer, random, Math.min(left, 1 + random.nextInt(MOST_PER_BATCH)));
      log.append(topic, batch);
      left -= batch.size();
    }
  }

  private List<Event> batch(int producer, Random random, int size) {
    return IntStream.range(0, size)
        .mapToObj(n -> EventLogContract.event(producer + "/" + random.nextInt(KEYS_EACH), n))
        .peek(this::remember)
        .toList();
  }

  private void remember(Event event) {
    synchronized (appended) {
      appended.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(event.id());
    }
  }

  private void consume(int consumer) {
    var random = new Random(seed * 37 + consumer);
    EventLog log = clients.get();
    for (int round = 0; round < RESTARTS; round++) {
      Subscription subscription = log.subscribe(topic, "g", failing(random.nextInt(4) + 2));
      pause(random.nextInt(150));
      subscription.close();
    }
    log.subscribe(topic, "g", seen);
  }

  // Every so often it throws, after having taken half of the batch.
  private EventHandler failing(int every) {
    var calls = new AtomicInteger();
    return batch -> {
      if (calls.incrementAndGet() % every == 0) {
        seen.handle(batch.subList(0, batch.size() / 2));
        throw new IllegalStateException("fails on purpose, seed " + seed);
      }
      seen.handle(batch);
    };
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, List<String>> firstDeliveriesByKey() {
    Set<String> known = new HashSet<>();
    var byKey = new HashMap<String, List<String>>();
    for (StoredEvent stored : seen.stored()) {
      if (known.add(stored.event().id())) {
        byKey
            .computeIfAbsent(stored.event().key(), _ -> new ArrayList<>())
            .add(stored.event().id());
      }
    }
    return byKey;
  }
}
