package io.penstock.gateway.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said to requests that fail, that are wrong and that are no requests at all.
class MlflowErrorsIT extends MlflowFixture {

  @ParameterizedTest
  @CsvSource({
    "GET, /api/2.0/mlflow/nonsense",
    "GET, /api/2.0/mlflow/experiments/create",
    "PUT, /ajax-api/2.0/mlflow/runs/create",
    "POST, /api/1.0/mlflow/runs/create",
    "GET, /api/3.0/mlflow/runs/get",
    "DELETE, /get-artifact",
    "GET, /api/",
    "GET, /ajax-api/2.0/",
  })
  void unknownRoute(String verb, String path) {
    assertError(send(json(verb, path, "{}")), 404, "ENDPOINT_NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, NAME_INVALID, 400, INVALID_PARAMETER_VALUE",
    "INVALID_ARGUMENT, BAD_REQUEST, 400, BAD_REQUEST",
    "NOT_FOUND, MODEL_NOT_FOUND, 404, RESOURCE_DOES_NOT_EXIST",
    "NOT_FOUND, RESOURCE_DOES_NOT_EXIST, 404, RESOURCE_DOES_NOT_EXIST",
    "ALREADY_EXISTS, RESOURCE_ALREADY_EXISTS, 400, RESOURCE_ALREADY_EXISTS",
    "FAILED_PRECONDITION, GATE_REFUSED, 400, INVALID_PARAMETER_VALUE",
    "FAILED_PRECONDITION, INVALID_STATE, 400, INVALID_STATE",
    "ABORTED, REVISION_MISMATCH, 409, RESOURCE_CONFLICT",
    "OUT_OF_RANGE, TOO_LARGE, 400, INVALID_PARAMETER_VALUE",
    "PERMISSION_DENIED, PERMISSION_MISSING, 403, PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED, RATE_LIMITED, 429, REQUEST_LIMIT_EXCEEDED",
    "UNIMPLEMENTED, NOT_IMPLEMENTED, 501, NOT_IMPLEMENTED",
    "DATA_LOSS, ARTIFACT_CORRUPT, 500, DATA_LOSS",
    "UNAVAILABLE, ARTIFACT_STORE_UNAVAILABLE, 503, TEMPORARILY_UNAVAILABLE",
    "INTERNAL, INTERNAL, 500, INTERNAL_ERROR",
  })
  void failureOfTheService(Code code, String reason, int status, String errorCode) {
    BACKEND.answers.put(
        "GetRun",
        it -> {
          throw FailureStatus.of(code, reason, "The 'exact' text.")
              .withRetryAfter(Duration.ofSeconds(3))
              .toException();
        });
    HttpResponse<String> response = send(to(API + "runs/get?run_id=r"));
    assertError(response, status, errorCode);
    assertThat(message(response)).isEqualTo("The 'exact' text.");
    assertThat(response.headers().firstValue("Retry-After")).contains("3");
  }

  @Test
  void failureOfManyWords_arrivesWhole() {
    String message = "Changing param values is not allowed: " + "é".repeat(12_000);
    BACKEND.answers.put(
        "LogParam",
        it -> {
          throw FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", message)
              .toException(60_000);
        });
    HttpResponse<String> response =
        send(json("POST", API + "runs/log-parameter", "{\"key\":\"k\",\"value\":\"v\"}"));
    assertError(response, 400, "INVALID_PARAMETER_VALUE");
    assertThat(message(response)).isEqualTo(message);
  }

  @Test
  void wrongValue_isEchoed() {
    HttpResponse<String> response =
        send(json("POST", API + "experiments/create", "{\"name\":123}"));
    assertError(response, 400, "INVALID_PARAMETER_VALUE");
    assertThat(message(response))
        .startsWith(
            "Invalid value 123 for parameter 'name' supplied:  Hint: Value was of type 'int'.")
        .endsWith("See the API docs for more information about request parameters.");
    assertThat(message(send(to(API + "experiments/search?max_results=many"))))
        .startsWith("Invalid value \"many\" for parameter 'max_results' supplied");
  }

  @Test
  void wrongContentType() {
    HttpRequest.Builder text =
        to(API + "runs/create")
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofString("{}"));
    HttpResponse<String> response = send(text);
    assertError(response, 400, "INVALID_PARAMETER_VALUE");
    assertThat(message(response))
        .isEqualTo(
            "Bad Request. Content-Type must be one of ['application/json']. Got 'text/plain'.");
    for (String type :
        List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
      assertError(
          send(
              to(API + "runs/create")
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString("name=a"))),
          400,
          "INVALID_PARAMETER_VALUE");
    }
    assertError(
        send(to(API + "runs/create").POST(BodyPublishers.ofString("{}"))),
        400,
        "INVALID_PARAMETER_VALUE");
  }

  @Test
  void batch_ofMoreThanAMegabyte() {
    String body = "{\"run_id\":\"" + "r".repeat(1_000_000) + "\"}";
    HttpResponse<String> response = send(json("POST", API + "runs/log-batch", body));
    assertError(response, 400, "INVALID_PARAMETER_VALUE");
    assertThat(message(response))
        .isEqualTo(
            "Batched logging API requests must be at most 1000000 bytes, got a request of size 1000013.");
  }

  @Test
  void body_beyondTheLimit() {
    HttpRequest.Builder endless =
        to(API + "runs/create")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(" ".repeat(17_000_000)));
    assertError(send(endless), 400, "INVALID_PARAMETER_VALUE");
  }

  @Test
  void profile_goesBeyondTheLimit() {
    String inputs = "{\"run_id\":\"r\",\"datasets\":[{\"dataset\":{\"profile\":\"%s\"}}]}";
    String profile = "\\\"a".repeat(6_000_000);
    HttpResponse<String> response =
        send(json("POST", API + "runs/log-inputs", inputs.formatted(profile)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    LogInputsRequest asked = (LogInputsRequest) BACKEND.asked.get();
    assertThat(asked.getDatasets(0).getDataset().getProfile()).hasSize(12_000_000);
  }

  @Test
  void bodyThatIsNotEncodedAsItSays() {
    HttpRequest.Builder request =
        to(API + "runs/create")
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofString("{\"experiment_id\": \"0\"}"));
    assertError(send(request), 400, "BAD_REQUEST");
  }

  @Test
  void routeOfFiles_withASlashAtItsEnd() {
    assertError(send(to("/get-artifact/?path=..%00").DELETE()), 404, "ENDPOINT_NOT_FOUND");
  }

  @Test
  void queryOfAHundredRuns() {
    String runs = "&run_id=0123456789abcdef0123456789abcdef".repeat(100);
    HttpResponse<String> response =
        send(to(API + "metrics/get-history-bulk?metric_key=loss" + runs));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  /// The service is handed the path decoded once, whatever stands in it; to refuse it is its part.
  @ParameterizedTest
  @CsvSource({
    "%2e%2e/%2e%2e/etc/passwd, ../../etc/passwd",
    "..%2f..%2fetc%2fpasswd, ../../etc/passwd",
    "%252e%252e%252fetc, %2e%2e%2fetc",
    "0/r/artifacts/..%5c..%5cx, 0/r/artifacts/..\\..\\x",
    "%2Fetc%2Fpasswd, /etc/passwd",
    "file:%2F%2F%2Fetc%2Fpasswd, file:///etc/passwd",
    "C:%5cboot.ini, C:\\boot.ini",
    "a%23..%2fb, a#../b",
    "a%3f..%2fb, a?../b",
    "a%0d%0aX-Evil:1, 'a\r\nX-Evil:1'",
    "%ef%bc%8e%ef%bc%8e%2fx, ．．/x",
    "a|b\\c^, a|b\\c^",
    "%zz, %zz",
    "100%, 100%",
    "a#..%2fb, a#../b",
    "é.txt, é.txt",
  })
  void path_isDecodedOnce(String raw, String path) throws IOException {
    assertThat(raw("GET " + FILES + raw + " HTTP/1.1")).startsWith("HTTP/1.1 200");
    assertThat(((DownloadFileRequest) BACKEND.asked.get()).getPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%00.txt", "%c0%ae%c0%ae/x", "%ff"})
  void path_thatIsNone(String raw) throws IOException {
    assertThat(raw("GET " + FILES + raw + " HTTP/1.1")).startsWith("HTTP/1.1 4");
  }

  /// Whatever bytes come, the answer is one of the caller's mistakes or none.
  @Test
  void anything_isNoFailureOfOurs() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> paths =
        List.of(
            API + "runs/log-batch",
            API + "runs/get",
            API + "registered-models/alias",
            API + "logged-models/m/tags/",
            FILES,
            "/get-artifact",
            "/ajax-api/2.0/mlflow/experiments/search");
    List<String> pieces =
        List.of(
            "%00",
            "%2e%2e",
            "%2f",
            "..",
            "//",
            "?",
            "&",
            "=",
            "%",
            "%u002e",
            ";",
            "#",
            "\\",
            "\"",
            "{",
            "}",
            "|",
            "^",
            "`",
            "<",
            "path",
            "run_id",
            "max_results",
            "99999999999999999999",
            "%ED%A0%80",
            "\u0001",
            "é",
            ":",
            "@",
            "[",
            "]",
            "a",
            "NaN",
            "null",
            "[[[[",
            "{\"a\":",
            "\\ud800",
            "-",
            "1e999");
    for (int i = 0; i < 400; i++) {
      StringBuilder target = new StringBuilder(paths.get(random.nextInt(paths.size())));
      StringBuilder body = new StringBuilder("{\"run_id\":");
      for (int n = random.nextInt(6); n > 0; n--) {
        target.append(pieces.get(random.nextInt(pieces.size())));
        body.append(pieces.get(random.nextInt(pieces.size())));
      }
      String verb = List.of("GET", "POST", "PUT", "PATCH", "DELETE").get(random.nextInt(5));
      String answer = raw(verb + " " + target + " HTTP/1.1", body.toString());
      assertThat(answer)
          .as("seed %d: %s %s %s", seed, verb, target, body)
          .matches("(?s)HTTP/1.1 [24].*");
    }
  }

  private String raw(String requestLine) throws IOException {
    return raw(requestLine, "");
  }

  /// As clients that mind no rules send it.
  private String raw(String requestLine, String body) throws IOException {
    URI gateway = GATEWAY.bean(EmbeddedServer.class).getURI();
    byte[] content = body.getBytes(UTF_8);
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      socket.setSoTimeout(20_000);
      String head =
          requestLine
              + "\r\nHost: gateway\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer "
              + token("admin")
              + "\r\nContent-Length: "
              + content.length
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      socket.getOutputStream().write(content);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
