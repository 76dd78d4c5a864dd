package io.penstock.demo.suite;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/// The REST side of the gateway, as curl would use it.
public final class Rest implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int OK = 200;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI gateway;
  private final Tokens tokens;

  Rest(URI gateway, Tokens tokens) {
    this.gateway = gateway;
    this.tokens = tokens;
  }

  /// Status of a page that anybody may see.
  public int statusOf(String path) {
    return send(HttpRequest.newBuilder(gateway.resolve(path)).GET()).statusCode();
  }

  /// Posts JSON in a person's name and gives the JSON of the answer.
  public String post(Person person, String path, String json, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .header("authorization", tokens.bearer(person))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(json));
    headers.forEach(request::header);
    HttpResponse<String> response = send(request);
    if (response.statusCode() != OK) {
      throw new StepFailed(
          "POST %s: %d %s".formatted(path, response.statusCode(), response.body()));
    }
    return response.body();
  }

  @Override
  public void close() {
    client.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StepFailed("%s: no answer (%s)".formatted(gateway, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted", e);
    }
  }
}
