package io.penstock.mlflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.penstock.mlflow.MlflowServers;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clients go on logging while PostgreSQL is frozen for some seconds, and while it restarts: each
/// call ends in time with success or 503, the registry says that it waits for the database, and
/// afterwards, without a restart, everything that was acknowledged is there.
@Timeout(150)
class DatabaseAwayIT {

  private static final int WRITERS = 8;

  /// Of a write, and time to say so on a busy machine.
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /// What a client tries again after.
  private static final Set<Integer> EXPECTED = Set.of(200, 503, 504);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();
  @RegisterExtension static final MlflowServers servers = MlflowServers.on(postgres);

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger next = new AtomicInteger();
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();

  @Test
  void frozen_andThenRestarted_losesNothing() throws Exception {
    var run = newRun();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(() -> write(run)));
      }
      try {
        takeAway();
      } finally {
        ended.set(true);
      }
      for (var writer : writers) {
        writer.get();
      }
    }
    System.out.println(statuses + ", " + acknowledged.size() + " acknowledged");
    assertThat(EXPECTED).containsAll(statuses.keySet());
    assertThat(statuses).containsKey(503);
    assertThat(tags(run)).containsAll(acknowledged);
  }

  private void takeAway() throws InterruptedException {
    Thread.sleep(2_000);
    freezeFor(8_000);
    recover();
    postgres.stop();
    Eventually.become(
        Duration.ofSeconds(20),
        () ->
            get(servers.registryHealth()).statusCode() == 503
                && get(servers.registryHealth()).body().contains("PostgreSQL"));
    postgres.start();
    recover();
  }

  private static void freezeFor(long millis) throws InterruptedException {
    postgres.freeze();
    try {
      Thread.sleep(millis);
    } finally {
      postgres.thaw();
    }
  }

  /// As soon as the database is back there are new acknowledgements, and the registry is ready.
  private void recover() throws InterruptedException {
    int before = acknowledged.size();
    Eventually.become(Duration.ofSeconds(40), () -> acknowledged.size() > before + WRITERS);
    Eventually.become(
        Duration.ofSeconds(20), () -> get(servers.registryHealth()).statusCode() == 200);
  }

  private Void write(String run) throws Exception {
    while (!ended.get()) {
      var key = "tag-" + next.incrementAndGet();
      var body = new JsonObject();
      body.addProperty("run_id", run);
      body.addProperty("key", key);
      body.addProperty("value", "x");
      long start = System.nanoTime();
      var answer = post("runs/set-tag", body);
      var after = Duration.ofNanos(System.nanoTime() - start);
      assertThat(after).as("%d %s", answer.statusCode(), answer.body()).isLessThan(DEADLINE);
      statuses.computeIfAbsent(answer.statusCode(), it -> new AtomicInteger()).incrementAndGet();
      if (answer.statusCode() == 200) {
        acknowledged.add(key);
      }
      Thread.sleep(20);
    }
    return null;
  }

  private String newRun() throws Exception {
    var body = new JsonObject();
    body.addProperty("experiment_id", "0");
    return run(post("runs/create", body)).getAsJsonObject("info").get("run_id").getAsString();
  }

  private Set<String> tags(String run) throws Exception {
    var uri = servers.gateway().resolve("/api/2.0/mlflow/runs/get?run_id=" + run);
    var keys = new TreeSet<String>();
    run(get(uri))
        .getAsJsonObject("data")
        .getAsJsonArray("tags")
        .forEach(tag -> keys.add(tag.getAsJsonObject().get("key").getAsString()));
    return keys;
  }

  private static JsonObject run(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("run");
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).header("Authorization", servers.bearer());
    return client.send(request.timeout(DEADLINE).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, JsonObject body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(servers.gateway().resolve("/api/2.0/mlflow/" + path))
            .header("Authorization", servers.bearer())
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
