package io.penstock.gateway.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateExperimentResponse;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetServerInfoResponse;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.MultipartUploadCredential;
import io.penstock.proto.mlflow.v1.SearchExperimentsRequest;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartRequest;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import io.penstock.proto.mlflow.v1.ViewType;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowIT {

  private static final MlflowBackend BACKEND = new MlflowBackend();
  private static final String PEER = "127.0.0.1:" + BACKEND.port();

  @RegisterExtension
  static final ServiceExtension GATEWAY =
      ServiceExtension.of("gateway")
          .withoutDatabase()
          .with("penstock.gateway.port", 0)
          .with("penstock.gateway.host", "127.0.0.1")
          .with("penstock.gateway.rate-limits.read", 100_000)
          .with("penstock.gateway.rate-limits.write", 100_000)
          .with("penstock.gateway.rate-limits.bulk", 100_000)
          .with("penstock.peers.registry", PEER)
          .with("penstock.peers.inference", PEER)
          .with("penstock.peers.governance", PEER);

  private static final String API = "/api/2.0/mlflow/";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stopBackend() {
    BACKEND.close();
  }

  @BeforeEach
  void forget() {
    BACKEND.answers.clear();
  }

  private static String token(String... roles) {
    return TestIdentity.shared().token("ada", roles);
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path))
        .header("Authorization", "Bearer " + token("admin"));
  }

  private static HttpRequest.Builder json(String verb, String path, String body) {
    return to(path)
        .header("Content-Type", "application/json")
        .method(verb, BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonObject object(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static void assertError(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(object(response).keySet()).containsExactly("error_code", "message");
    assertThat(object(response).get("error_code").getAsString()).isEqualTo(code);
  }

  private static String message(HttpResponse<String> response) {
    return object(response).get("message").getAsString();
  }

  // JSON

  @ParameterizedTest
  @ValueSource(strings = {"/api/2.0/", "/ajax-api/2.0/"})
  void post_underBothPrefixes(String prefix) {
    BACKEND.answers.put(
        "CreateExperiment",
        it -> List.of(CreateExperimentResponse.newBuilder().setExperimentId("7").build()));
    HttpResponse<String> response =
        send(json("POST", prefix + "mlflow/experiments/create", "{\"name\":\"wölfe\",\"x\":1}"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"experiment_id\":\"7\"}");
    assertThat(BACKEND.asked.get())
        .isEqualTo(CreateExperimentRequest.newBuilder().setName("wölfe").build());
  }

  @Test
  void post_emptyAnswer() {
    HttpResponse<String> response =
        send(json("POST", API + "runs/log-batch", "{\"run_id\":\"r\"}"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{}");
    assertThat(BACKEND.asked.get()).isEqualTo(LogBatchRequest.newBuilder().setRunId("r").build());
  }

  @Test
  void patchAndDelete_haveBodies() {
    send(json("PATCH", API + "registered-models/update", "{\"name\":\"m\",\"description\":\"\"}"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            UpdateRegisteredModelRequest.newBuilder().setName("m").setDescription("").build());
    send(json("DELETE", API + "registered-models/delete-tag", "{\"name\":\"m\",\"key\":\"k\"}"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(DeleteRegisteredModelTagRequest.newBuilder().setName("m").setKey("k").build());
  }

  @Test
  void get_fillsFieldsFromTheQuery() {
    send(
        to(
            API
                + "experiments/search?max_results=5&order_by=name+ASC&order_by=creation_time&view_type=ALL&filter=name+%3D+%27a%26b%27&other=1"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            SearchExperimentsRequest.newBuilder()
                .setMaxResults(5)
                .addOrderBy("name ASC")
                .addOrderBy("creation_time")
                .setViewType(ViewType.ALL)
                .setFilter("name = 'a&b'")
                .build());
    send(to(API + "metrics/get-history-bulk-interval?run_ids=a&run_ids=b&start_step=-1"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            GetMetricHistoryBulkIntervalRequest.newBuilder()
                .addRunIds("a")
                .addRunIds("b")
                .setStartStep(-1)
                .build());
  }

  @Test
  void path_fillsFields() {
    send(to(API + "logged-models/m-1/tags/mlflow:a%2Fb%20c").DELETE());
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            DeleteLoggedModelTagRequest.newBuilder()
                .setModelId("m-1")
                .setTagKey("mlflow:a/b c")
                .build());
  }

  @Test
  void serverInfo_isPublic() {
    BACKEND.answers.put(
        "GetServerInfo",
        it ->
            List.of(
                GetServerInfoResponse.newBuilder()
                    .setStoreType("SqlStore")
                    .setWorkspacesEnabled(false)
                    .setTraceArchivalEnabled(false)
                    .build()));
    for (String prefix : List.of("/api", "/ajax-api")) {
      assertThat(send(anonymous(prefix + "/3.0/mlflow/server-info")).body())
          .isEqualTo(
              "{\"store_type\":\"SqlStore\",\"workspaces_enabled\":false,\"trace_archival_enabled\":false}");
    }
  }

  @Test
  void probes_areText() {
    assertThat(send(anonymous("/health")).body()).isEqualTo("OK");
    assertThat(send(anonymous("/version")).body()).matches("\\d+\\.\\d+\\.\\d+\\+penstock");
  }

  private static HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path));
  }

  @Test
  void openApi_hasTheRoutesAndTheNames() {
    JsonObject document = object(send(anonymous("/openapi.json")));
    assertThat(document.getAsJsonObject("paths").keySet())
        .contains(
            "/api/2.0/mlflow/runs/log-batch",
            "/api/2.0/mlflow-artifacts/artifacts/{path}",
            "/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}");
    assertThat(
            document
                .getAsJsonObject("components")
                .getAsJsonObject("schemas")
                .getAsJsonObject("penstock.mlflow.v1.RunInfo")
                .getAsJsonObject("properties")
                .keySet())
        .contains("run_id", "start_time");
  }

  // Errors

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

  // Credentials

  private HttpResponse<String> withAuthorization(String header) {
    return send(anonymous(API + "runs/get?run_id=r").header("Authorization", header));
  }

  private static String basic(String user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada", "token", ""})
  void basic_withAToken(String user) {
    String token = token("viewer");
    assertThat(withAuthorization(basic(user, token)).statusCode()).isEqualTo(200);
    assertThat(BACKEND.credential.get()).isEqualTo(token);
  }

  @Test
  void basic_refused() {
    for (String header :
        List.of(
            basic("eve", token("viewer")),
            basic("ada", "wrong"),
            basic("ada", ""),
            "Basic " + token("viewer"),
            "Basic",
            "Basic ???",
            "Digest username=\"ada\"")) {
      HttpResponse<String> response = withAuthorization(header);
      assertError(response, 401, "UNAUTHENTICATED");
      assertThat(response.headers().allValues("WWW-Authenticate"))
          .containsExactly("Basic realm=\"mlflow\"");
    }
  }

  @Test
  void permission_isTheContracts() {
    assertError(withAuthorization(basic("ada", token("client"))), 403, "PERMISSION_DENIED");
  }

  // Files

  @Test
  void upload_isStreamed() {
    BACKEND.answers.put(
        "UploadFile",
        it -> List.of(UploadFileResponse.newBuilder().setSha256("abc").setFileSize(9).build()));
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    for (boolean chunked : new boolean[] {false, true}) {
      HttpResponse<String> response =
          send(
              to(FILES + "0/r/artifacts/model%20%C3%BC/a:b+c.bin")
                  .header("X-Penstock-Sha256", "def")
                  .PUT(
                      chunked
                          ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                          : BodyPublishers.ofByteArray(bytes)));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("{}");
      assertThat(response.headers().firstValue("ETag")).contains("\"abc\"");
      assertThat(BACKEND.uploadedBytes.get()).isEqualTo(bytes.length);
      UploadFileRequest first = (UploadFileRequest) BACKEND.asked.get();
      assertThat(first.getPath()).isEqualTo("0/r/artifacts/model ü/a:b+c.bin");
      assertThat(first.getSha256()).isEqualTo("def");
    }
  }

  @Test
  void upload_ofNothing() {
    HttpResponse<String> response =
        send(to(FILES + "0/r/artifacts/empty").PUT(BodyPublishers.noBody()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(BACKEND.uploadedBytes.get()).isZero();
  }

  @Test
  void download_isTheBytes() {
    byte[] bytes = new byte[500_000];
    new Random(7).nextBytes(bytes);
    ByteString content = ByteString.copyFrom(bytes);
    BACKEND.answers.put(
        "DownloadFile",
        it ->
            List.of(
                DownloadFileResponse.newBuilder()
                    .setFileName("plot \"ü\".png")
                    .setFileSize(bytes.length)
                    .setSha256("abc")
                    .build(),
                DownloadFileResponse.newBuilder().setChunk(content.substring(0, 99)).build(),
                DownloadFileResponse.newBuilder().setChunk(content.substring(99)).build()));
    for (String path :
        List.of(
            FILES + "0/r/artifacts/p.png",
            "/get-artifact?run_id=r&path=p.png",
            "/model-versions/get-artifact?name=m&version=1&path=p.png")) {
      HttpResponse<byte[]> response = bytes(to(path));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(bytes);
      assertThat(response.headers().map())
          .containsEntry("content-length", List.of("500000"))
          .containsEntry("content-type", List.of("image/png"))
          .containsEntry("x-content-type-options", List.of("nosniff"))
          .containsEntry("etag", List.of("\"abc\""))
          .containsEntry("x-penstock-sha256", List.of("abc"))
          .containsEntry("cache-control", List.of("no-cache"))
          .containsEntry(
              "content-disposition",
              List.of(
                  "attachment; filename=plot____.png; filename*=UTF-8''plot%20%22%C3%BC%22.png"));
    }
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            DownloadFileRequest.newBuilder().setName("m").setVersion("1").setPath("p.png").build());
  }

  @Test
  void download_ofNothing() {
    BACKEND.answers.put(
        "DownloadFile",
        it ->
            List.of(
                DownloadFileResponse.newBuilder().setFileName("MLmodel").setFileSize(0).build()));
    HttpResponse<byte[]> response = bytes(to(FILES + "0/r/artifacts/MLmodel"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
    assertThat(response.headers().firstValue("Content-Length")).contains("0");
  }

  @Test
  void download_refused() {
    BACKEND.answers.put(
        "DownloadFile",
        it -> {
          throw FailureStatus.of(Code.NOT_FOUND, "FILE_NOT_FOUND", "no such file").toException();
        });
    assertError(send(to(FILES + "a/b")), 404, "RESOURCE_DOES_NOT_EXIST");
  }

  private HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void files_areListed() {
    send(to("/api/2.0/mlflow-artifacts/artifacts?path=0/r/artifacts"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(ListFilesRequest.newBuilder().setPath("0/r/artifacts").build());
  }

  @Test
  void multipart_partsGoWhereTheClientIs() {
    BACKEND.answers.put(
        "CreateMultipartUpload",
        it ->
            List.of(
                CreateMultipartUploadResponse.newBuilder()
                    .setUploadId("u")
                    .addCredentials(
                        MultipartUploadCredential.newBuilder()
                            .setPartNumber(1)
                            .setUrl("/api/2.0/mlflow-artifacts/mpu/parts/u/1"))
                    .build()));
    HttpResponse<String> response =
        send(
            json("POST", "/api/2.0/mlflow-artifacts/mpu/create/0/r/artifacts", "{\"path\":\"m\"}")
                .header("X-Forwarded-Proto", "https"));
    JsonObject part = object(response).getAsJsonArray("credentials").get(0).getAsJsonObject();
    URI gateway = GATEWAY.bean(EmbeddedServer.class).getURI();
    assertThat(part.get("url").getAsString())
        .isEqualTo("https://%s/api/2.0/mlflow-artifacts/mpu/parts/u/1", gateway.getAuthority());
    assertThat(part.getAsJsonObject("headers").get("Authorization").getAsString())
        .startsWith("Bearer ");
  }

  @Test
  void multipart_partHasATag() {
    BACKEND.answers.put(
        "UploadPart", it -> List.of(UploadPartResponse.newBuilder().setEtag("\"p1\"").build()));
    HttpResponse<String> response =
        send(
            to("/api/2.0/mlflow-artifacts/mpu/parts/u/12")
                .PUT(BodyPublishers.ofByteArray(new byte[100])));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).contains("\"p1\"");
    UploadPartRequest first = (UploadPartRequest) BACKEND.asked.get();
    assertThat(first.getUploadId()).isEqualTo("u");
    assertThat(first.getPartNumber()).isEqualTo(12);
    assertError(
        send(
            to("/api/2.0/mlflow-artifacts/mpu/parts/u/twelve")
                .PUT(BodyPublishers.ofByteArray(new byte[1]))),
        400,
        "INVALID_PARAMETER_VALUE");
  }

  // Bad input

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
  })
  void path_isDecodedOnce(String raw, String path) throws IOException {
    assertThat(raw("GET " + FILES + raw + " HTTP/1.1")).startsWith("HTTP/1.1 200");
    assertThat(((DownloadFileRequest) BACKEND.asked.get()).getPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%00.txt", "%", "%2", "%zz", "%c0%ae%c0%ae/x", "%ff", "a|b\\c^"})
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
