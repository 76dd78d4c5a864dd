package io.penstock.registry.webhook;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.kit.database.Database;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.registry.outbound.TrustedTls;
import io.penstock.testkit.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// A process that sends what waits, and is killed while it does.
final class InterruptedDelivery {

  private InterruptedDelivery() {}

  static WebhookConfig config() {
    return new WebhookConfig(
        "http",
        true,
        "",
        null,
        Path.of("unused.key"),
        4,
        Duration.ofMillis(500),
        100,
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Duration.ofMillis(50),
        Duration.ofDays(1));
  }

  static Deliveries deliveries(Database database, Clock clock) {
    var config = config();
    var factory = new WebhookFactory();
    var sender =
        new WebhookSender(
            new SecretBox(config), config, factory.guard(config), TrustedTls.OF_JVM, clock);
    return new Deliveries(
        database.jdbi(), sender, factory.plan(config), config, clock, new SimpleMeterRegistry());
  }

  public static void main(String... args) throws IOException {
    var database = Database.open(PostgresExtension.config(args[0]), "registry");
    database.migrate();
    deliveries(database, Clock.systemUTC()).start(new ServiceStarted("registry"));
    int _ = System.in.read();
  }
}
