package io.penstock.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import io.penstock.testkit.TestOnnx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The protocol over HTTP against the running service.
class RestIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("target/rest-it-cache"))
          .with("penstock.inference.worker.probation", false)
          .with("penstock.inference.rest.host", "127.0.0.1")
          .with("penstock.inference.rest.max-body-size", 200_000)
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("flights", registry.version("flights", 1, TestOnnx.logistic(0.1f, 1, 2)));
    registry.serve("sum", registry.version("sum", 3, OnnxModels.sum()));
    registry.serve("half", registry.version("half", 1, identity(DataType.FLOAT16)));
    registry.serve("text", registry.version("text", 1, identity(DataType.STRING)));
    registry.serve("slow", registry.version("slow", 1, OnnxModels.slow(200)));
    for (var model : List.of("flights", "sum", "half", "text", "slow")) {
      server.awaitVersion(
          version ->
              version.getVersion().startsWith("models/" + model + "/")
                  && version.getState().name().endsWith("SERVING"));
    }
  }

  private static byte[] identity(DataType type) {
    return OnnxModels.identity(type, -1, 2);
  }

  private static HttpRequest.Builder to(String path) {
    int port = service.bean(RestServer.class).port();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static HttpRequest.Builder as(String role, String path) {
    return to(path).header("Authorization", "Bearer " + TestIdentity.shared().token("ada", role));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> post(String path, String body) {
    return send(as("client", path).POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<byte[]> infer(String model, String body) {
    return post("/v2/models/" + model + "/infer", body);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static JsonObject json(HttpResponse<byte[]> response) {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return JsonParser.parseString(text(response)).getAsJsonObject();
  }

  private static JsonArray data(HttpResponse<byte[]> response, int output) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return json(response)
        .getAsJsonArray("outputs")
        .get(output)
        .getAsJsonObject()
        .getAsJsonArray("data");
  }

  private static void assertError(HttpResponse<byte[]> response, int status, String reason) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).get("reason").getAsString()).isEqualTo(reason);
    assertThat(json(response).get("error").getAsString()).isNotEmpty();
  }

  private static String flights(String data) {
    return """
        {"id":"r1","inputs":[{"name":"features","shape":[2,2],"datatype":"FP32","data":%s}]}"""
        .formatted(data);
  }

  @Test
  void infer_json() {
    var nested = infer("flights", flights("[[1,2],[0,0]]"));
    var answer = json(nested);
    assertThat(answer.get("model_name").getAsString()).isEqualTo("flights");
    assertThat(answer.get("model_version").getAsString()).isEqualTo("1");
    assertThat(answer.get("id").getAsString()).isEqualTo("r1");
    assertThat(answer.getAsJsonObject("parameters").get("prediction_id").getAsString()).hasSize(36);
    assertThat(data(nested, 0).get(0).getAsFloat())
        .isEqualTo(TestOnnx.expected(0.1f, new float[] {1, 2}, 1, 2));
    assertThat(data(infer("flights", flights("[1,2,0,0]")), 0)).isEqualTo(data(nested, 0));
    assertThat(data(post("/v2/models/flights/versions/1/infer", flights("[1,2,0,0]")), 0))
        .isEqualTo(data(nested, 0));
  }

  @Test
  void infer_texts() {
    var response =
        infer(
            "text",
            "{\"inputs\":[{\"data\":[[\"é\\n\",\"\"]],\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"BYTES\"}]}");
    assertThat(data(response, 0).get(0).getAsString()).isEqualTo("é\n");
    assertThat(data(response, 0).get(1).getAsString()).isEmpty();
  }

  private static byte[] sumBody(String parameters, int binary) {
    var json = sumJson(parameters).getBytes(StandardCharsets.UTF_8);
    var body = ByteBuffer.allocate(json.length + binary).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json).putFloat(1).putFloat(2);
    return body.array();
  }

  private static String sumJson(String outputs) {
    return """
        {"inputs":[{"name":"a","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}},
         {"name":"b","shape":[1,2],"datatype":"FP32","data":[10,20]}]%s}"""
        .formatted(outputs);
  }

  private HttpResponse<byte[]> inferBinary(String outputs) {
    byte[] body = sumBody(outputs, 8);
    return send(
        as("client", "/v2/models/sum/infer")
            .header("Inference-Header-Content-Length", Integer.toString(body.length - 8))
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  @Test
  void infer_binaryInJsonOut() {
    assertThat(data(inferBinary(""), 0).toString()).isEqualTo("[11.0,22.0]");
  }

  @Test
  void infer_binaryInBinaryOut() {
    var response = inferBinary(",\"parameters\":{\"binary_data_output\":true}");
    int length =
        Integer.parseInt(
            response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    var tensors =
        ByteBuffer.wrap(response.body(), length, response.body().length - length)
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(
            new float[] {
              tensors.getFloat(), tensors.getFloat(), tensors.getFloat(), tensors.getFloat()
            })
        .containsExactly(11, 22, -9, -18);
    assertThat(tensors.hasRemaining()).isFalse();
  }

  @Test
  void infer_oneOutputInBinary() {
    var response =
        inferBinary(
            ",\"outputs\":[{\"name\":\"difference\",\"parameters\":{\"binary_data\":true}},{\"name\":\"total\"}]");
    int length =
        Integer.parseInt(
            response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    assertThat(new String(response.body(), 0, length, StandardCharsets.UTF_8))
        .contains("\"binary_data_size\":8", "\"data\":[11.0,22.0]");
    assertThat(response.body()).hasSize(length + 8);
  }

  @Test
  void infer_rawTensor() {
    var raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).array();
    var response =
        send(
            as("client", "/v2/models/flights/infer")
                .header("Inference-Header-Content-Length", "0")
                .POST(BodyPublishers.ofByteArray(raw)));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    assertThat(
            ByteBuffer.wrap(response.body(), response.body().length - 4, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat())
        .isEqualTo(TestOnnx.expected(0.1f, new float[] {1, 2}, 1, 2));
  }

  @Test
  void infer_halfPrecisionOnlyInBinary() {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":4}}]%s}";
    for (var binary : List.of(false, true)) {
      String head = json.formatted(binary ? ",\"parameters\":{\"binary_data_output\":true}" : "");
      byte[] body = (head + "\0<\0@").getBytes(StandardCharsets.ISO_8859_1);
      var response =
          send(
              as("client", "/v2/models/half/infer")
                  .header("Inference-Header-Content-Length", Integer.toString(head.length()))
                  .POST(BodyPublishers.ofByteArray(body)));
      if (binary) {
        assertThat(response.body()).endsWith(0, '<', 0, '@');
      } else {
        assertError(response, 501, "OUTPUT_HAS_NO_JSON_FORM");
      }
    }
  }

  @Test
  void infer_compressed() throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(flights("[1,2,0,0]").getBytes(StandardCharsets.UTF_8));
    }
    var response =
        send(
            as("client", "/v2/models/flights/infer")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(zipped.toByteArray())));
    assertThat(data(response, 0)).hasSize(2);
    assertError(
        send(
            as("client", "/v2/models/flights/infer")
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("x"))),
        415,
        "ENCODING_UNSUPPORTED");
    String rows = "1.25,".repeat(9_999) + "1";
    String large =
        "{\"inputs\":[{\"name\":\"features\",\"shape\":[5000,2],\"datatype\":\"FP32\",\"data\":[%s]}]}"
            .formatted(rows);
    var answer =
        send(
            as("client", "/v2/models/flights/infer")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofString(large)));
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    var inflated = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    assertThat(
            JsonParser.parseString(new String(inflated, StandardCharsets.UTF_8))
                .getAsJsonObject()
                .getAsJsonArray("outputs"))
        .hasSize(1);
  }

  @Test
  void infer_inflatedBeyondTheBound() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bomb)) {
      out.write(new byte[2_000_000]);
    }
    assertError(
        send(
            as("client", "/v2/models/flights/infer")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb.toByteArray()))),
        413,
        "BODY_TOO_LARGE");
  }

  @Test
  void infer_whatIsWrongIsNamed() {
    var response = infer("flights", flights("[1,2,0]"));
    assertError(response, 400, "INVALID_ARGUMENT");
    assertThat(json(response).get("error").getAsString()).contains("inputs[0].data: 3 values");
    assertThat(json(response).get("trace_id").getAsString()).matches("[0-9a-f]{32}");
    assertError(infer("nothing", flights("[1,2,0,0]")), 404, "MODEL_NOT_FOUND");
    assertError(infer("flights", "{"), 400, "INVALID_ARGUMENT");
    assertError(infer("flights", "x".repeat(200_001)), 413, "BODY_TOO_LARGE");
  }

  @Test
  void infer_sameRulesAsGrpc() {
    String body = flights("[1,2,0,0]");
    assertError(
        send(to("/v2/models/flights/infer").POST(BodyPublishers.ofString(body))),
        401,
        "TOKEN_MISSING");
    assertError(
        send(as("viewer", "/v2/models/flights/infer").POST(BodyPublishers.ofString(body))),
        403,
        "PERMISSION_MISSING");
    assertError(
        send(
            to("/v2/models/flights/infer")
                .header("Authorization", "Bearer nonsense")
                .POST(BodyPublishers.ofString(body))),
        401,
        "TOKEN_INVALID");
    // Nobody tells this server about API keys; what matters is that it looked at the header.
    assertError(
        send(
            to("/v2/models/flights/infer")
                .header("x-api-key", "pk_unknown")
                .POST(BodyPublishers.ofString(body))),
        503,
        "DEPENDENCY_UNAVAILABLE");
  }

  @Test
  void infer_continuesTheCallersTrace() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    var response =
        send(
            as("client", "/v2/models/nothing/infer")
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-00")
                .POST(BodyPublishers.ofString(flights("[1,2,0,0]"))));
    assertThat(json(response).get("trace_id").getAsString()).isEqualTo(trace);
  }

  @Test
  void infer_deadline() {
    String body =
        "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
    var response =
        send(
            as("client", "/v2/models/slow/infer")
                .header("X-Request-Timeout", "1us")
                .POST(BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(504);
    assertError(
        send(
            as("client", "/v2/models/slow/infer")
                .header("X-Request-Timeout", "soon")
                .POST(BodyPublishers.ofString(body))),
        400,
        "INVALID_ARGUMENT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v2/health/live|200|\"live\":true",
        "/v2/models/flights/ready|200|{\"name\":\"flights\",\"ready\":true}",
        "/v2/models/nothing/ready|400|\"ready\":false",
        "/v2/models/flights/versions/9/ready|400|\"ready\":false",
        "/v2|200|\"extensions\":[",
        "/v2/models/sum|200|\"inputs\":[{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[-1,-1]}",
        "/v2/models/sum/versions/3|200|\"versions\":[\"3\"]",
        "/v2/models/nothing|404|MODEL_NOT_FOUND",
        "/v2/models/sum/config|200|\"max_batch_size\":",
        "/v2/models/sum/stats|200|\"model_stats\":[{\"name\":\"sum\"",
        "/v2/models/stats|200|\"model_stats\":[",
        "/v2/nothing|404|ROUTE_UNKNOWN",
        "/v2/models/sum/infer|405|VERB_NOT_ALLOWED",
      })
  void get_routes(String path, int status, String part) {
    var response = send(as("admin", path));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(text(response)).contains(part);
  }

  @Test
  void repositoryIndex() {
    var response =
        send(
            as("viewer", "/v2/repository/index").POST(BodyPublishers.ofString("{\"ready\":true}")));
    assertThat(text(response)).startsWith("[{\"name\":\"").contains("\"state\":\"READY\"");
  }

  @Test
  void head_hasNoBody() {
    var response = send(as("viewer", "/v2/health/live").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void probes_needNoToken() {
    assertThat(send(to("/v2/health/ready")).statusCode()).isEqualTo(200);
  }

  @Test
  void calls_areMeasured() {
    infer("flights", flights("[1,2,0,0]"));
    var timers =
        service
            .bean(io.micrometer.core.instrument.MeterRegistry.class)
            .find("rpc.server.call.duration")
            .tag("rpc_method", "inference.GRPCInferenceService/ModelInfer")
            .tag("code", "OK")
            .timers();
    assertThat(timers).hasSize(1);
    assertThat(timers.iterator().next().count()).isPositive();
  }
}
