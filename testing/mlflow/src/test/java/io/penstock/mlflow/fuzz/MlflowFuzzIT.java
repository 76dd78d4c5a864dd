package io.penstock.mlflow.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.mlflow.MlflowServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Requests of every route of MLflow's API, odd in all the ways that [Requests] knows, through the
/// gateway to the registry: nothing is answered with a status of 500 or more, in other words than
/// MLflow's, or late, and afterwards the server serves.
@Timeout(value = 2, unit = TimeUnit.HOURS)
class MlflowFuzzIT {

  private static final int CALLERS = 4;
  private static final String JSON = "application/json";

  @RegisterExtension static final MlflowServers servers = MlflowServers.running();

  private final Known known = Seeds.known();
  private final Fuzzing fuzzing = new Fuzzing();

  @Test
  void anyRequest_isAnswered() throws Exception {
    begin();
    var requests = new Requests(FuzzRoute.ofMlflow(), known);
    fuzzing.run(CALLERS, () -> new Caller(requests)::ask);
    try (var probe = RawConnection.to(servers.gateway())) {
      assertThat(post(probe, "experiments/search", "{\"max_results\": 5}").status()).isEqualTo(200);
    }
    fuzzing.conclude();
  }

  private final class Caller {

    private final Requests requests;
    private @Nullable RawConnection connection;
    private String before = "nothing";

    Caller(Requests requests) {
      this.requests = requests;
    }

    void ask(Chance chance) throws IOException {
      var request = requests.next(chance);
      try {
        judge(request, send(request));
      } catch (IOException e) {
        fuzzing.found(
            request.route() + " broke: " + e,
            request.curl(servers.gateway().toString()) + "\n  on a connection after " + before);
        drop();
      }
    }

    private FuzzAnswer send(FuzzRequest request) throws IOException {
      var open = connection == null ? RawConnection.to(servers.gateway()) : connection;
      connection = open;
      var answer = open.exchange(request.verb(), bytes(request));
      before = request.curl("") + " → " + answer.status() + " " + answer.headers();
      if (answer.headers().getOrDefault("connection", "").equalsIgnoreCase("close")) {
        drop();
      }
      return answer;
    }

    private void drop() throws IOException {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    }
  }

  private void judge(FuzzRequest request, FuzzAnswer answer) {
    fuzzing.count(Integer.toString(answer.status()));
    Verdict.of(request, answer)
        .ifPresent(
            wrong ->
                fuzzing.found(
                    request.route() + ": " + wrong,
                    "%s%n  → %d %s"
                        .formatted(
                            request.curl(servers.gateway().toString()),
                            answer.status(),
                            answer.text().lines().findFirst().orElse(""))));
    if (answer.status() == 200 && answer.isJson()) {
      Verdict.object(answer).ifPresent(known::learn);
    }
  }

  private static byte[] bytes(FuzzRequest request) {
    return request.bytes(servers.gateway().getAuthority(), servers.bearer());
  }

  /// One of each thing, so that the first requests find some.
  private void begin() throws IOException {
    try (var connection = RawConnection.to(servers.gateway())) {
      learn(post(connection, "experiments/create", "{\"name\": \"fuzzed\"}"));
      var experiment = "{\"experiment_id\": \"1\"";
      for (int i = 0; i < 3; i++) {
        learn(post(connection, "runs/create", experiment + ", \"run_name\": \"r\"}"));
      }
      learn(post(connection, "logged-models", experiment + ", \"name\": \"m\"}"));
      learn(post(connection, "registered-models/create", "{\"name\": \"fuzzed\"}"));
      var source = ", \"source\": \"s3://bucket/model\"}";
      for (int i = 0; i < 3; i++) {
        learn(post(connection, "model-versions/create", "{\"name\": \"fuzzed\"" + source));
      }
      learn(post(connection, "runs/search", "{\"experiment_ids\": [\"1\"], \"max_results\": 1}"));
      learn(post(connection, "experiments/search", "{\"max_results\": 1}"));
    }
  }

  private void learn(FuzzAnswer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    known.learn(Verdict.object(answer).orElseThrow());
  }

  private static FuzzAnswer post(RawConnection connection, String path, String body)
      throws IOException {
    var request =
        new FuzzRequest(
            path,
            "POST",
            "/api/2.0/mlflow/" + path,
            Map.of("Content-Type", JSON),
            body.getBytes(StandardCharsets.UTF_8));
    return connection.exchange("POST", bytes(request));
  }
}
