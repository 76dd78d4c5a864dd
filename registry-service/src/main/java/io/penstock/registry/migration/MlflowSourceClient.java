package io.penstock.registry.migration;

import com.google.gson.Gson;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.penstock.kit.loop.Backoff;
import io.penstock.registry.outbound.AddressGuard;
import io.penstock.registry.outbound.HttpExchange;
import io.penstock.registry.outbound.TrustedTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The other MLflow server. A call that fails for a while is repeated, within what the whole import
/// may repeat.
final class MlflowSourceClient {

  /// An answer that is none.
  static final class SourceFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;

    private SourceFailure(String path, int status) {
      super("%s answered with %d".formatted(path, status));
      this.status = status;
    }

    boolean isMissing() {
      return status == 404;
    }

    private boolean isTemporary() {
      return status == 429 || status >= 500;
    }
  }

  /// What is done with an answer.
  @FunctionalInterface
  interface Reading<T> {
    T read(InputStream body) throws IOException;
  }

  private static final String API = "/api/2.0/mlflow/";
  private static final int ATTEMPTS = 6;
  private static final int LARGEST_ANSWER = 64 << 20;
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration DOWNLOAD_TIMEOUT = Duration.ofHours(2);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
  private static final Gson JSON = new Gson();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private final URI base;
  private final SourceAccount account;
  private final AddressGuard guard;
  private final TrustedTls tls;
  private final Progress progress;

  MlflowSourceClient(
      URI base, SourceAccount account, AddressGuard guard, TrustedTls tls, Progress progress) {
    this.base = base;
    this.account = account;
    this.guard = guard;
    this.tls = tls;
    this.progress = progress;
  }

  /// @param path below `/api/2.0/mlflow/`
  <B extends Message.Builder> B get(String path, Map<String, ?> query, B answer)
      throws IOException, InterruptedException {
    return ask("GET", API + path + query(query), null, CALL_TIMEOUT, body -> parse(body, answer));
  }

  <B extends Message.Builder> B post(String path, Map<String, ?> request, B answer)
      throws IOException, InterruptedException {
    var content = JSON.toJson(request).getBytes(StandardCharsets.UTF_8);
    return ask("POST", API + path, content, CALL_TIMEOUT, body -> parse(body, answer));
  }

  /// What lies in a directory that the server's proxy serves.
  <B extends Message.Builder> B listProxied(String path, B answer)
      throws IOException, InterruptedException {
    var target = "/api/2.0/mlflow-artifacts/artifacts" + query(Map.of("path", path));
    return ask("GET", target, null, CALL_TIMEOUT, body -> parse(body, answer));
  }

  <T> T downloadProxied(String path, Reading<T> reading) throws IOException, InterruptedException {
    var target = "/api/2.0/mlflow-artifacts/artifacts/" + encoded(path).replace("%2F", "/");
    return ask("GET", target, null, DOWNLOAD_TIMEOUT, reading);
  }

  /// A file of a run, wherever the server keeps it.
  <T> T downloadOfRun(String run, String path, Reading<T> reading)
      throws IOException, InterruptedException {
    var query = new LinkedHashMap<String, String>();
    query.put("run_id", run);
    query.put("path", path);
    return ask("GET", "/get-artifact" + query(query), null, DOWNLOAD_TIMEOUT, reading);
  }

  private <T> T ask(
      String method, String target, byte @Nullable [] content, Duration timeout, Reading<T> reading)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      progress.check();
      try {
        return askOnce(method, target, content, timeout, reading);
      } catch (IOException e) {
        if (!isTemporary(e) || attempt == ATTEMPTS || !progress.mayRetry()) {
          throw e;
        }
        progress.rest(BACKOFF.delay(attempt));
      }
    }
  }

  private static boolean isTemporary(IOException failure) {
    return switch (failure) {
      case SourceFailure answered -> answered.isTemporary();
      case AddressGuard.Refused _, InvalidProtocolBufferException _ -> false;
      default -> true;
    };
  }

  private <T> T askOnce(
      String method, String target, byte @Nullable [] content, Duration timeout, Reading<T> reading)
      throws IOException {
    var url = URI.create(base + target);
    try (var exchange = HttpExchange.open(guard, tls, method, url, headers(), content, timeout)) {
      if (exchange.status() != 200) {
        throw new SourceFailure(url.getPath(), exchange.status());
      }
      return reading.read(exchange.body());
    }
  }

  private Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Accept", "*/*");
    headers.put("Content-Type", "application/json");
    account.authorization().ifPresent(value -> headers.put("Authorization", value));
    return headers;
  }

  private static <B extends Message.Builder> B parse(InputStream body, B answer)
      throws IOException {
    var bytes = body.readNBytes(LARGEST_ANSWER + 1);
    if (bytes.length > LARGEST_ANSWER) {
      throw new InvalidProtocolBufferException(
          "an answer is longer than %d bytes".formatted(LARGEST_ANSWER));
    }
    PARSER.merge(new String(bytes, StandardCharsets.UTF_8), answer);
    return answer;
  }

  private static String query(Map<String, ?> query) {
    return query.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + encoded(String.valueOf(entry.getValue())))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
