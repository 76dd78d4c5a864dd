package io.penstock.conformance.wire;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// The server's HTTP side, by plain HTTP/1.1.
public final class Rest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LONG = 600;

  private final URI base;
  private final String token;
  private final Consumer<String> sent;
  private final Consumer<String> received;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /// @param token a bearer token; empty for none
  /// @param sent is told what is sent
  /// @param received is told what comes back
  Rest(URI base, String token, Consumer<String> sent, Consumer<String> received) {
    this.base = base;
    this.token = token;
    this.sent = sent;
    this.received = received;
  }

  public URI base() {
    return base;
  }

  public String token() {
    return token;
  }

  public RestAnswer get(String path) {
    return send("GET", path, Map.of(), new byte[0]);
  }

  public RestAnswer post(String path, String json) {
    return post(path, json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public RestAnswer post(String path, byte[] json) {
    return send("POST", path, Map.of("Content-Type", "application/json"), json);
  }

  public RestAnswer send(String method, String path, Map<String, String> headers, byte[] body) {
    sent.accept(describe(method, path, headers, body));
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(PATIENCE)
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  private RestAnswer send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      var answer =
          new RestAnswer(
              response.statusCode(),
              response.headers().map(),
              ByteString.copyFrom(response.body()));
      received.accept(answer.toString());
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String describe(
      String method, String path, Map<String, String> headers, byte[] body) {
    int shown = Math.min(body.length, LONG);
    var text = new String(body, 0, shown, java.nio.charset.StandardCharsets.UTF_8);
    var printable = text.replaceAll("[^\\P{Cc}\\n]", "·");
    var more = body.length > shown ? "… %d bytes".formatted(body.length) : "";
    return "%s %s %s %s%s".formatted(method, path, headers, printable, more);
  }
}
