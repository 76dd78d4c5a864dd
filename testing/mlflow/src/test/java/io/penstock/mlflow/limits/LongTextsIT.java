package io.penstock.mlflow.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.penstock.mlflow.MlflowServers;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The longest values there and back.
class LongTextsIT {

  private static final int LONGEST_PARAMETER = 6_000;
  private static final int LONGEST_PROFILE = 16_777_215;

  @RegisterExtension static final MlflowServers servers = MlflowServers.running();

  /// The message quotes both values, and is compared by MLflow's clients.
  @Test
  void changedParameter_isToldWhole() throws Exception {
    var run = newRun();
    var former = "é".repeat(LONGEST_PARAMETER);
    var later = "ü".repeat(LONGEST_PARAMETER);
    assertThat(logParameter(run, former).statusCode()).isEqualTo(200);
    var refused = logParameter(run, later);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(object(refused).get("message").getAsString())
        .isEqualTo(
            "Changing param values is not allowed. Param with key='k' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'.",
            former, run, later);
  }

  @Test
  void profileOfADataset() throws Exception {
    var run = newRun();
    assertThat(logInput(run, "p".repeat(LONGEST_PROFILE)).statusCode()).isEqualTo(200);
    assertThat(logInput(run, "\"".repeat(LONGEST_PROFILE)).statusCode()).isEqualTo(200);
    assertThat(logInput(run, "p".repeat(LONGEST_PROFILE + 1)).statusCode()).isEqualTo(400);
  }

  private static HttpResponse<String> logParameter(String run, String value) throws Exception {
    var body = new JsonObject();
    body.addProperty("run_id", run);
    body.addProperty("key", "k");
    body.addProperty("value", value);
    return post("runs/log-parameter", body);
  }

  private static HttpResponse<String> logInput(String run, String profile) throws Exception {
    var dataset = new JsonObject();
    dataset.addProperty("name", "flights");
    dataset.addProperty("digest", "d" + profile.hashCode());
    dataset.addProperty("source_type", "local");
    dataset.addProperty("source", "{}");
    dataset.addProperty("profile", profile);
    var input = new JsonObject();
    input.add("dataset", dataset);
    var inputs = new JsonArray();
    inputs.add(input);
    var body = new JsonObject();
    body.addProperty("run_id", run);
    body.add("datasets", inputs);
    return post("runs/log-inputs", body);
  }

  private static String newRun() throws Exception {
    var body = new JsonObject();
    body.addProperty("experiment_id", "0");
    return object(post("runs/create", body))
        .getAsJsonObject("run")
        .getAsJsonObject("info")
        .get("run_id")
        .getAsString();
  }

  private static JsonObject object(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private static HttpResponse<String> post(String path, JsonObject body)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(servers.gateway().resolve("/api/2.0/mlflow/" + path))
              .header("Authorization", servers.bearer())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body.toString()))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
