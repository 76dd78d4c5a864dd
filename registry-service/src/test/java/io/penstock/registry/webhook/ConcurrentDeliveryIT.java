package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.webhook.DeliveryPlan.Step;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Webhook.Status;
import io.penstock.testkit.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Writers and senders of several replicas at once, on one entity and on many.
class ConcurrentDeliveryIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final Instant NOW = Instant.parse("2001-04-01T00:00:00Z");
  private static final int WRITERS = 6;
  private static final int EVENTS = 40;

  private final ConcurrentHashMap<String, List<Integer>> heard = new ConcurrentHashMap<>();
  private final Jdbi jdbi = postgres.open("registry").jdbi();

  @Test
  void manyWritersAndSenders_keepTheOrderOfCommits_andRepeatNothing() throws Exception {
    var webhook =
        new Webhook(
            UUID.randomUUID(),
            "w",
            null,
            "http://127.0.0.1:1/",
            List.of(EventType.RUN_UPDATED),
            Status.ACTIVE,
            1,
            1);
    jdbi.useTransaction(
        handle -> {
          handle.execute("create table counter (entity text primary key, value int not null)");
          handle.execute("insert into counter values ('runs/a', 0), ('runs/b', 0)");
          WebhookRepository.insert(handle, webhook, null);
        });
    var tasks = new ArrayList<Callable<Void>>();
    IntStream.range(0, WRITERS).forEach(writer -> tasks.add(() -> write(writer)));
    IntStream.range(0, 4).forEach(_ -> tasks.add(this::send));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
    var all = IntStream.rangeClosed(1, WRITERS / 2 * EVENTS).boxed().toList();
    assertThat(heard.get("runs/a")).isEqualTo(all);
    assertThat(heard.get("runs/b")).isEqualTo(all);
  }

  // The counter's row lock orders the changes, and their events have to come in that order.
  private Void write(int writer) {
    var entity = writer % 2 == 0 ? "runs/a" : "runs/b";
    for (int i = 0; i < EVENTS; i++) {
      jdbi.useTransaction(
          handle -> {
            int value =
                handle
                    .createQuery(
                        "update counter set value = value + 1 where entity = ? returning value")
                    .bind(0, entity)
                    .mapTo(int.class)
                    .one();
            DeliveryQueue.add(handle, EventType.RUN_UPDATED, entity, Integer.toString(value), NOW);
          });
    }
    return null;
  }

  private Void send() {
    while (heard.values().stream().mapToInt(List::size).sum() < WRITERS * EVENTS) {
      var claimed =
          jdbi.inTransaction(
              handle -> DeliveryQueue.claim(handle, NOW, Duration.ofHours(1), 2, 2, List.of()));
      for (var delivery : claimed) {
        heard
            .computeIfAbsent(delivery.entity(), _ -> new ArrayList<>())
            .add(Integer.parseInt(delivery.body()));
        boolean _ =
            jdbi.inTransaction(
                handle ->
                    DeliveryQueue.settle(
                        handle, NOW, delivery, new Answered(200, "", null), new Step.Done()));
      }
    }
    return null;
  }
}
