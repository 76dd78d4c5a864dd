package io.penstock.mlflow.artifacts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/// Calls of the server's API: JSON both ways, or bytes one way.
final class HttpCalls implements AutoCloseable {

  private static final String API = "/api/2.0";
  private static final int ERROR_CHARACTERS = 2_000;

  private final ArtifactServer server;
  private final TransferOptions options;
  private final Retries retries;
  private final HttpClient client;

  HttpCalls(ArtifactServer server, TransferOptions options, Retries retries) {
    this.server = server;
    this.options = options;
    this.retries = retries;
    this.client =
        HttpClient.newBuilder()
            // A 100-part upload is a hundred requests: one connection each keeps them apart.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  JsonObject get(String path) {
    return json(send(request(uri(path)).GET().build()), path);
  }

  JsonObject post(String path, JsonObject body) {
    var request =
        request(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return json(send(request), path);
  }

  /// What was fetched.
  ///
  /// @param sha256 of the bytes that came
  /// @param announced the digest that the server told with them
  record Fetched(String sha256, Optional<String> announced) {}

  /// Fetches the bytes at a path into a file, from the beginning again where they break off.
  Fetched fetch(String path, Path file) {
    var request = request(uri(path)).GET().build();
    var sha256 = new AtomicReference<>("");
    var response =
        send(
            request,
            () -> {
              var answer = client.send(request, BodyHandlers.ofInputStream());
              if (answer.statusCode() == 200) {
                sha256.set(copy(answer, file));
              }
              return answer;
            });
    return new Fetched(
        sha256.get(), requireOk(response, path).headers().firstValue(MlflowArtifacts.SHA256));
  }

  private String copy(HttpResponse<InputStream> answer, Path file) throws IOException {
    try (var bytes = StallWatch.reading(answer.body(), options.timeout());
        var out = Files.newOutputStream(file)) {
      return Sha256.copy(bytes, out);
    }
  }

  /// Sends a file, with a header or none.
  void put(String path, Path file, Map<String, String> headers) throws IOException {
    var _ = put(uri(path), BodyPublishers.ofFile(file), headers, true);
  }

  /// Sends bytes to where the server said, which may be another host: there nobody learns who we
  /// are, but for the headers that the server gave us.
  HttpResponse<InputStream> putPart(String url, BodyPublisher bytes, Map<String, String> headers) {
    var uri = server.uri().resolve(url);
    boolean ours =
        uri.getScheme().equals(server.uri().getScheme())
            && uri.getAuthority().equals(server.uri().getAuthority());
    return put(uri, bytes, headers, ours && !headers.containsKey("Authorization"));
  }

  private HttpResponse<InputStream> put(
      URI uri, BodyPublisher bytes, Map<String, String> headers, boolean authorized) {
    // Without a timeout: it counts from the first byte sent, and a file may take hours.
    var request = HttpRequest.newBuilder(uri).PUT(bytes);
    if (authorized) {
      server.authorization().ifPresent(value -> request.setHeader("Authorization", value));
    }
    headers.forEach(request::setHeader);
    var response =
        requireOk(send(request.build(), () -> sendWatched(request, bytes)), uri.getPath());
    close(response);
    return response;
  }

  private HttpResponse<InputStream> sendWatched(HttpRequest.Builder request, BodyPublisher bytes)
      throws IOException, InterruptedException {
    var stalled = new CompletableFuture<Void>();
    try (var watch = new StallWatch(options.timeout(), () -> stalled.complete(null))) {
      var answer =
          client.sendAsync(request.PUT(watch.sending(bytes)).build(), BodyHandlers.ofInputStream());
      stalled.thenRun(() -> answer.cancel(true));
      return awaited(answer);
    }
  }

  private HttpResponse<InputStream> awaited(CompletableFuture<HttpResponse<InputStream>> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      throw new HttpTimeoutException("nothing moved for " + options.timeout());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private URI uri(String path) {
    return URI.create(server.uri() + API + path);
  }

  private HttpRequest.Builder request(URI uri) {
    var request = HttpRequest.newBuilder(uri).timeout(options.timeout());
    server.authorization().ifPresent(value -> request.setHeader("Authorization", value));
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    return send(request, () -> client.send(request, BodyHandlers.ofInputStream()));
  }

  private HttpResponse<InputStream> send(
      HttpRequest request, Retries.Attempt<InputStream> attempt) {
    try {
      return retries.run(attempt);
    } catch (IOException e) {
      throw new ArtifactException(
          "%s %s failed: %s".formatted(request.method(), request.uri().getPath(), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactException("interrupted", e);
    }
  }

  private JsonObject json(HttpResponse<InputStream> response, String path) {
    var text = text(requireOk(response, path));
    try {
      JsonElement json = JsonParser.parseString(text);
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException notJson) {
      // Told below.
    }
    throw new ArtifactException("%s answered no JSON object".formatted(path));
  }

  private HttpResponse<InputStream> requireOk(HttpResponse<InputStream> response, String path) {
    int status = response.statusCode();
    if (status < 200 || status > 299) {
      throw new ArtifactException(
          "%s answered %d: %s".formatted(path, status, message(text(response))), status);
    }
    return response;
  }

  private static String message(String body) {
    try {
      var json = JsonParser.parseString(body);
      if (json.isJsonObject() && json.getAsJsonObject().has("message")) {
        return json.getAsJsonObject().get("message").getAsString();
      }
    } catch (JsonParseException | UnsupportedOperationException notMlflows) {
      // Whatever stands between us and the server answers in its own words.
    }
    return body.length() <= ERROR_CHARACTERS ? body : body.substring(0, ERROR_CHARACTERS);
  }

  private String text(HttpResponse<InputStream> response) {
    try (var body = StallWatch.reading(response.body(), options.timeout())) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ArtifactException("the answer broke off: " + e.getMessage(), e);
    }
  }

  private void close(HttpResponse<InputStream> response) {
    var _ = text(response);
  }

  @Override
  public void close() {
    client.close();
  }
}
