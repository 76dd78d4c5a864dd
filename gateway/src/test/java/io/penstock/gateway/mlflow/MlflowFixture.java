package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.gateway.LocalGateway;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway of the class that extends this, before a backend of the same class.
abstract class MlflowFixture {

  @RegisterExtension static final MlflowBackend BACKEND = new MlflowBackend();

  @RegisterExtension
  static final ServiceExtension GATEWAY = LocalGateway.unlimitedBefore(BACKEND::address);

  static final String API = "/api/2.0/mlflow/";
  static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

  final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void forget() {
    BACKEND.answers.clear();
  }

  static String token(String... roles) {
    return TestIdentity.shared().token("ada", roles);
  }

  static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path))
        .header("Authorization", "Bearer " + token("admin"));
  }

  static HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path));
  }

  static HttpRequest.Builder json(String verb, String path, String body) {
    return to(path)
        .header("Content-Type", "application/json")
        .method(verb, BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static JsonObject object(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  static void assertError(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(object(response).keySet()).containsExactly("error_code", "message");
    assertThat(object(response).get("error_code").getAsString()).isEqualTo(code);
  }

  static String message(HttpResponse<String> response) {
    return object(response).get("message").getAsString();
  }
}
