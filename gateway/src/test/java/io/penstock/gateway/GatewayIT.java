package io.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grpc.Status.Code;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GatewayIT {

  private static final Backend BACKEND = new Backend();
  private static final String PEER = "127.0.0.1:" + BACKEND.port();

  @RegisterExtension
  static final ServiceExtension GATEWAY =
      LocalGateway.before(() -> PEER)
          .with("penstock.gateway.max-body-size", 10_000)
          .with("penstock.gateway.rate-limits.write", 1)
          .with("penstock.gateway.rate-limits.patience", "0s")
          .with("micronaut.server.cors.enabled", true)
          .with(
              "micronaut.server.cors.configurations.console.allowed-origins",
              "https://console.example");

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stopBackend() {
    BACKEND.close();
  }

  private static URI uri(String path) {
    return GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path);
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

  private static HttpRequest.Builder as(String role, String path) {
    return HttpRequest.newBuilder(uri(path))
        .header("Authorization", "Bearer " + TestIdentity.shared().token("ada", role));
  }

  private HttpResponse<String> get(String role, String path) {
    return send(as(role, path));
  }

  private static JsonObject json(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static void assertProblem(HttpResponse<String> response, int status, String reason) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(response).get("reason").getAsString()).isEqualTo(reason);
    assertThat(json(response).get("traceId").getAsString()).matches("[0-9a-f]{32}");
  }

  @Test
  void rest_unary() {
    HttpResponse<String> response = get("viewer", "/v1/models/flight-delay");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(json(response).get("name").getAsString()).isEqualTo("models/flight-delay");
    assertThat(json(response).get("latestVersion").getAsString()).isEqualTo("7");
    assertThat(response.headers().firstValue("X-Trace-Id").orElseThrow()).matches("[0-9a-f]{32}");
    assertThat(BACKEND.credential.get())
        .as("the caller's own token reaches the service")
        .isPresent();
  }

  @Test
  void rest_failureOfTheService() {
    HttpResponse<String> response = get("viewer", "/v1/models/missing");
    assertProblem(response, 404, "MODEL_NOT_FOUND");
    assertThat(json(response).getAsJsonObject("metadata").get("model").getAsString())
        .isEqualTo("models/missing");
  }

  @Test
  void rest_withoutToken() {
    HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/v1/models/m")));
    assertProblem(response, 401, "TOKEN_MISSING");
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void rest_expiredToken() {
    String token = TestIdentity.shared().token(Instant.EPOCH, claims -> claims.subject("ada"));
    assertProblem(
        send(
            HttpRequest.newBuilder(uri("/v1/models/m")).header("Authorization", "Bearer " + token)),
        401,
        "TOKEN_EXPIRED");
  }

  @Test
  void rest_withoutPermission() {
    HttpResponse<String> response = get("client", "/v1/models/m");
    assertProblem(response, 403, "PERMISSION_MISSING");
    assertThat(json(response).getAsJsonObject("metadata").get("permission").getAsString())
        .isEqualTo("models.read");
  }

  @Test
  void rest_unknownRouteAndWrongVerb() {
    assertProblem(get("viewer", "/v1/nonsense"), 404, "ROUTE_UNKNOWN");
    assertProblem(send(as("viewer", "/v1/models").DELETE()), 405, "VERB_NOT_ALLOWED");
  }

  @Test
  void rest_oversizedBody() {
    BodyPublisher body = BodyPublishers.ofString("x".repeat(20_000));
    assertProblem(send(as("admin", "/v1/models").POST(body)), 413, "BODY_TOO_LARGE");
  }

  @Test
  void rest_badField() {
    HttpResponse<String> response =
        send(as("admin", "/v1/experiments").POST(BodyPublishers.ofString("{\"colour\":\"red\"}")));
    assertProblem(response, 400, "INVALID_ARGUMENT");
    assertThat(
            json(response)
                .getAsJsonArray("violations")
                .get(0)
                .getAsJsonObject()
                .get("field")
                .getAsString())
        .isEqualTo("colour");
  }

  @Test
  void rest_deadline() {
    HttpResponse<String> response =
        send(as("viewer", "/v1/models").header("X-Request-Timeout", "200ms"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(504);
    assertProblem(
        send(as("viewer", "/v1/models").header("X-Request-Timeout", "soon")),
        400,
        "INVALID_ARGUMENT");
  }

  @Test
  void rest_rateLimit() {
    String token = TestIdentity.shared().token("hasty", "admin");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/v1/models"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString("{}"));
    for (int i = 0; i < 3; i++) {
      send(request);
    }
    HttpResponse<String> response = send(request);
    assertProblem(response, 429, "RATE_LIMITED");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void rest_uploadIsStreamed() {
    byte[] bytes = new byte[300_000];
    HttpResponse<String> response =
        send(
            as("data-scientist", "/v1/artifacts:upload?sha256=abc")
                .POST(BodyPublishers.ofByteArray(bytes)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(json(response).get("name").getAsString()).isEqualTo("artifacts/abc");
    assertThat(BACKEND.uploadedBytes.get()).isEqualTo(bytes.length);
  }

  @Test
  void rest_downloadIsTheBytes() {
    assertThat(get("viewer", "/v1/artifacts/abc:download").body()).isEqualTo("part0;part1;part2;");
  }

  @Test
  void rest_streamIsALineEach() {
    assertThat(get("viewer", "/v1/releases:watch?afterRevision=5").body().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(JsonParser.parseString(line).isJsonObject()).isTrue());
  }

  @Test
  void inference_json() {
    String body =
        """
        {"id":"42","inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[[1.5],[2]]}]}""";
    HttpResponse<String> response =
        send(as("client", "/v2/models/m/versions/3/infer").POST(BodyPublishers.ofString(body)));
    assertThat(response.body())
        .isEqualTo(
            """
            {"model_name":"m","model_version":"3","id":"42","outputs":[{"name":"x","datatype":"FP32","shape":[2,1],"data":[1.5,2.0]}]}""");
  }

  @Test
  void inference_errorsSpeakTheProtocol() {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"FP32\",\"data\":[1]}]}";
    HttpResponse<String> response =
        send(as("client", "/v2/models/m/infer").POST(BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("error").getAsString()).contains("inputs[0].data");
    assertThat(
            json(send(
                    HttpRequest.newBuilder(uri("/v2/models/m/infer"))
                        .POST(BodyPublishers.ofString(body))))
                .get("error")
                .getAsString())
        .contains("no credential");
  }

  @Test
  void inference_probeDecidesByTheStatus() {
    HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/v2/health/ready")));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("{\"ready\":false}");
  }

  @Test
  void grpc_forwards() {
    var models = ModelServiceGrpc.newBlockingStub(GATEWAY.channel("ada", "viewer"));
    assertThat(
            models
                .getModel(GetModelRequest.newBuilder().setName("models/m").build())
                .getLatestVersion())
        .isEqualTo(7);
    assertThatThrownBy(
            () -> models.getModel(GetModelRequest.newBuilder().setName("models/missing").build()))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
    Iterator<?> watched =
        ReleaseServiceGrpc.newBlockingStub(GATEWAY.channel("ada", "viewer"))
            .watchReleases(WatchReleasesRequest.getDefaultInstance());
    assertThat(watched).toIterable().hasSize(2);
  }

  @Test
  void grpc_meetsTheSameRules() {
    GetModelRequest request = GetModelRequest.newBuilder().setName("models/m").build();
    assertThatThrownBy(
            () -> ModelServiceGrpc.newBlockingStub(GATEWAY.anonymous()).getModel(request))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_MISSING"));
    assertThatThrownBy(
            () ->
                ModelServiceGrpc.newBlockingStub(GATEWAY.channel("app", "client"))
                    .getModel(request))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void openApi_documentAndPage() {
    JsonObject document = json(send(HttpRequest.newBuilder(uri("/openapi.json"))));
    assertThat(document.get("openapi").getAsString()).isEqualTo("3.1.0");
    assertThat(document.getAsJsonObject("paths").keySet())
        .contains("/v1/models/{model}/versions/{version}:promote", "/v2/models/{model_name}/infer");
    assertThat(send(HttpRequest.newBuilder(uri("/docs"))).body()).contains("SwaggerUIBundle");
    assertThat(send(HttpRequest.newBuilder(uri("/docs/assets/swagger-ui.css"))).statusCode())
        .isEqualTo(200);
    assertThat(send(HttpRequest.newBuilder(uri("/docs/assets/..%2Fpom.xml"))).statusCode())
        .isEqualTo(404);
  }

  @Test
  void cors_onlyForConfiguredOrigins() {
    HttpRequest.Builder known =
        HttpRequest.newBuilder(uri("/v1/models/m"))
            .header("Origin", "https://console.example")
            .header("Access-Control-Request-Method", "GET")
            .method("OPTIONS", BodyPublishers.noBody());
    assertThat(send(known).headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://console.example");
    HttpRequest.Builder unknown =
        HttpRequest.newBuilder(uri("/v1/models/m"))
            .header("Origin", "https://evil.example")
            .header("Access-Control-Request-Method", "GET")
            .method("OPTIONS", BodyPublishers.noBody());
    assertThat(send(unknown).headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void service_goesAwayAndComesBack() throws InterruptedException {
    BACKEND.close();
    try {
      for (int i = 0; i < 8; i++) {
        HttpResponse<String> response = get("viewer", "/v1/models/m");
        assertProblem(response, 503, "SERVICE_UNAVAILABLE");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
      }
    } finally {
      BACKEND.restart();
    }
    Instant giveUp = Instant.now().plus(Duration.ofSeconds(10));
    while (get("viewer", "/v1/models/m").statusCode() != 200) {
      assertThat(Instant.now()).as("the gateway finds the service again").isBefore(giveUp);
      Thread.sleep(100);
    }
  }
}
