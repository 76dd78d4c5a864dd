package io.penstock.registry.webhook;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.webhook.DeliveryPlan.Step;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Unanswered;
import io.penstock.registry.webhook.Webhook.Status;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Drives the real statements through a world that goes wrong: senders die before and after
/// sending, answers get lost, receivers fail, claims run out under somebody who is merely slow.
class DeliverySimulationIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final int STEPS = 1_500;

  private record Stream(UUID webhook, String entity) {}

  private final FakeClock clock = FakeClock.create();
  private final Map<Stream, List<String>> written = new HashMap<>();
  private final Map<Stream, List<String>> arrived = new HashMap<>();
  private final Map<UUID, Integer> arrivals = new HashMap<>();
  // How often a sender could not know that its delivery had arrived.
  private final Map<UUID, Integer> doubts = new HashMap<>();
  private final List<Delivery> underWay = new ArrayList<>();
  private final Map<Delivery, Instant> claimed = new IdentityHashMap<>();
  private final List<UUID> webhooks = new ArrayList<>();
  private final Jdbi jdbi = postgres.open("registry").jdbi();
  private Random random = new Random();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyEventArrives_inOrder_onceUnlessInDoubt(long seed) {
    begin(seed);
    var patient = new DeliveryPlan(1_000, Duration.ofSeconds(1), Duration.ofSeconds(8));
    IntStream.range(0, STEPS).forEach(_ -> step(patient));
    settleAll(patient);

    written.forEach(
        (stream, events) ->
            assertThat(new ArrayList<>(new LinkedHashSet<>(arrived.get(stream))))
                .as("seed %d, %s", seed, stream)
                .isEqualTo(events));
    arrivals.forEach(
        (delivery, times) ->
            assertThat(times - 1)
                .as("seed %d, repetitions of %s", seed, delivery)
                .isLessThanOrEqualTo(doubts.getOrDefault(delivery, 0)));
    assertThat(count("webhook_queue")).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void whatIsGivenUp_isADeadLetter_andArrivesWhenReplayed(long seed) {
    begin(seed);
    var impatient = new DeliveryPlan(2, Duration.ofSeconds(1), Duration.ofSeconds(8));
    IntStream.range(0, STEPS).forEach(_ -> step(impatient));
    settleAll(impatient);

    assertThat(count("webhook_delivery where state = 'DEAD'")).as("seed %d", seed).isPositive();
    assertThat(count("webhook_delivery where state = 'PENDING'")).isZero();
    while (count("webhook_delivery where state = 'DEAD'") > 0) {
      jdbi.useTransaction(
          handle ->
              webhooks.forEach(
                  webhook -> DeliveryLog.replay(handle, webhook, List.of(), clock.instant())));
      settleAll(impatient);
    }
    written.forEach(
        (stream, events) ->
            assertThat(new LinkedHashSet<>(arrived.get(stream)))
                .as("seed %d, %s", seed, stream)
                .containsExactlyInAnyOrderElementsOf(events));
  }

  private void begin(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      var webhook =
          new Webhook(
              new UUID(seed, i),
              "w" + i,
              null,
              "http://127.0.0.1:1/",
              List.of(EventType.RUN_UPDATED),
              Status.ACTIVE,
              1,
              1);
      webhooks.add(webhook.id());
      jdbi.useTransaction(handle -> WebhookRepository.insert(handle, webhook, null));
    }
  }

  private void step(DeliveryPlan plan) {
    switch (random.nextInt(8)) {
      case 0, 1 -> write("runs/" + random.nextInt(4));
      case 2, 3, 4 -> claim();
      case 5, 6 -> sendOne(plan);
      default -> clock.advance(Duration.ofMillis(random.nextInt(4_000)));
    }
  }

  private void write(String entity) {
    var event = "event " + written.values().stream().mapToInt(List::size).sum();
    jdbi.useTransaction(
        handle -> DeliveryQueue.add(handle, EventType.RUN_UPDATED, entity, event, clock.instant()));
    for (var webhook : webhooks) {
      var stream = new Stream(webhook, entity);
      written.computeIfAbsent(stream, _ -> new ArrayList<>()).add(event);
      arrived.computeIfAbsent(stream, _ -> new ArrayList<>());
    }
  }

  private void claim() {
    int most = 1 + random.nextInt(4);
    var now = clock.instant();
    var taken =
        jdbi.inTransaction(handle -> DeliveryQueue.claim(handle, now, LEASE, most, 2, List.of()));
    taken.forEach(delivery -> claimed.put(delivery, now));
    underWay.addAll(taken);
  }

  private boolean isOver(Delivery delivery) {
    return requireNonNull(claimed.get(delivery)).plus(LEASE).isBefore(clock.instant());
  }

  // A sender's timeout is shorter than its claim: nobody sends under a claim that has run out.
  private void sendOne(DeliveryPlan plan) {
    underWay.removeIf(this::isOver);
    if (!underWay.isEmpty()) {
      send(underWay.remove(random.nextInt(underWay.size())), plan, random.nextInt(10));
    }
  }

  private void send(Delivery delivery, DeliveryPlan plan, int fate) {
    switch (fate) {
      case 0 -> {} // Died before it sent.
      case 1 -> doubtful(delivery); // Died after it had sent.
      case 2 -> settle(delivery, new Unanswered("refused"), plan);
      case 3 -> settle(delivery, new Answered(503, "", Duration.ofSeconds(3)), plan);
      case 4 -> {
        doubtful(delivery);
        settle(delivery, new Unanswered("the answer was lost"), plan);
      }
      default -> {
        arrive(delivery);
        if (!settle(delivery, new Answered(200, "", null), plan)) {
          doubts.merge(delivery.id(), 1, Integer::sum);
        }
      }
    }
  }

  private void doubtful(Delivery delivery) {
    arrive(delivery);
    doubts.merge(delivery.id(), 1, Integer::sum);
  }

  private void arrive(Delivery delivery) {
    arrivals.merge(delivery.id(), 1, Integer::sum);
    requireNonNull(arrived.get(new Stream(delivery.webhook(), delivery.entity())))
        .add(delivery.body());
  }

  private boolean settle(Delivery delivery, Outcome outcome, DeliveryPlan plan) {
    Step step = plan.after(outcome, delivery.attempt(), random.nextDouble());
    return jdbi.inTransaction(
        handle -> DeliveryQueue.settle(handle, clock.instant(), delivery, outcome, step));
  }

  private void settleAll(DeliveryPlan plan) {
    while (count("webhook_queue") > 0) {
      claim();
      while (!underWay.isEmpty()) {
        var delivery = underWay.removeLast();
        send(delivery, plan, isOver(delivery) ? 0 : 9);
      }
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private int count(String from) {
    return jdbi.withHandle(
        handle -> handle.createQuery("select count(*) from " + from).mapTo(int.class).one());
  }
}
