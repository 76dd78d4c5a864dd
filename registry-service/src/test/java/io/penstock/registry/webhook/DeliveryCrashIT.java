package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.database.Database;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.webhook.Webhook.Status;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kills a real process in the middle of a delivery.
class DeliveryCrashIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int EVENTS = 20;

  @Test
  void kill_whileSending_losesNothing_andKeepsTheOrder() throws Exception {
    var url = postgres.freshDatabase("registry");
    try (var receiver = Receiver.start();
        var database = Database.open(PostgresExtension.config(url), "registry")) {
      database.migrate();
      write(database, receiver.url("/hook"));
      // The first is taken and never answered while its sender lives.
      receiver.answer("/hook", exchange -> LockSupport.parkNanos(Duration.ofMinutes(1).toNanos()));
      var sender = launch(url);
      Eventually.become(SOON, () -> !receiver.at("/hook").isEmpty());
      sender.destroyForcibly().waitFor();
      receiver.answer("/hook", Receiver.OK);

      var deliveries = InterruptedDelivery.deliveries(database, Clock.systemUTC());
      deliveries.start(new ServiceStarted("registry"));
      Eventually.become(SOON, () -> bodies(receiver).size() == EVENTS);
      deliveries.stop(new ServiceStopping("registry"));

      assertThat(new ArrayList<>(bodies(receiver)))
          .isEqualTo(IntStream.range(0, EVENTS).mapToObj(i -> "event " + i).toList());
      var repeated = receiver.at("/hook").subList(0, 2);
      assertThat(repeated).extracting(Receiver.Received::body).containsOnly("event 0");
      assertThat(repeated.get(1).header("x-mlflow-delivery-id"))
          .isEqualTo(repeated.get(0).header("x-mlflow-delivery-id"));
    }
  }

  private static void write(Database database, String url) {
    var webhook =
        new Webhook(
            UUID.randomUUID(), "w", null, url, List.of(EventType.RUN_UPDATED), Status.ACTIVE, 1, 1);
    database.jdbi().useTransaction(handle -> WebhookRepository.insert(handle, webhook, null));
    for (int i = 0; i < EVENTS; i++) {
      var event = "event " + i;
      database
          .jdbi()
          .useTransaction(
              handle ->
                  DeliveryQueue.add(handle, EventType.RUN_UPDATED, "runs/r", event, Instant.EPOCH));
    }
  }

  private static LinkedHashSet<String> bodies(Receiver receiver) {
    return new LinkedHashSet<>(receiver.at("/hook").stream().map(Receiver.Received::body).toList());
  }

  private static Process launch(String url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-XX:TieredStopAtLevel=1",
            InterruptedDelivery.class.getName(),
            url)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
