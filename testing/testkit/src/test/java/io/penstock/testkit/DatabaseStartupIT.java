package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Changes;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseStartupIT {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  @Test
  void service_startedBeforeItsDatabase_waitsAndSaysWhatFor() throws Exception {
    int port = freePort();
    String url = postgres.freshDatabase("early");
    ServiceExtension service =
        ServiceExtension.of("early")
            .with("penstock.management.port", port)
            .with("penstock.database.url", url)
            .with("penstock.events.url", url);
    postgres.stop();
    try {
      CompletableFuture<Void> starting = CompletableFuture.runAsync(() -> begin(service));
      Eventually.become(PATIENCE, () -> readiness(port).contains("PostgreSQL at 127.0.0.1:"));
      assertThat(starting).isNotDone();
      postgres.start();
      starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertPublishes(service);
      assertHealsAfterRestart(service);
    } finally {
      service.stop();
    }
  }

  private static void begin(ServiceExtension service) {
    try {
      service.begin();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The outbox relay of the running service carries what a change publishes to the event log of the
  // service.
  private static void assertPublishes(ServiceExtension service) throws InterruptedException {
    var context = service.running().context();
    var seen = new RecordingHandler();
    context.getBean(EventLog.class).subscribe(Topics.ALERTS, "test", seen);
    Event event = EventLogContract.event("k", 1);
    context.getBean(Changes.class).run(change -> change.publish(Topics.ALERTS, event));
    assertThat(seen.awaitIds(1, PATIENCE)).containsExactly(event.id());
  }

  private static void assertHealsAfterRestart(ServiceExtension service) throws Exception {
    Jdbi jdbi = service.running().context().getBean(Jdbi.class);
    postgres.stop();
    Eventually.become(PATIENCE, () -> !service.running().awaitReady(Duration.ZERO));
    postgres.start();
    assertThat(service.running().awaitReady(PATIENCE)).isTrue();
    assertThat(
            jdbi.<Integer, RuntimeException>withHandle(
                h -> h.createQuery("select 1").mapTo(int.class).one()))
        .isEqualTo(1);
  }

  private static String readiness(int port) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
