package io.penstock.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The inference protocol through the gateway, over REST and gRPC.
@Timeout(60)
class InferenceIT {

  private static final Backend BACKEND = new Backend();
  private static final String TOKEN = TestIdentity.shared().token("app", "client");
  private static final String ORIGIN = "https://console.example";
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  @RegisterExtension
  static final ServiceExtension GATEWAY =
      LocalGateway.before(() -> "127.0.0.1:" + BACKEND.port())
          .with("penstock.gateway.max-body-size", 500_000)
          .with("micronaut.server.cors.enabled", true)
          .with("micronaut.server.cors.configurations.any.allowed-origins", ORIGIN);

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stopBackend() {
    BACKEND.close();
  }

  /// A request that both ways have to answer alike.
  private record Sample(String name, String path, byte[] body, Map<String, String> headers) {

    static Sample json(String name, String body) {
      return new Sample(name, "/v2/models/m/infer", body.getBytes(UTF_8), Map.of());
    }

    Sample with(String header, String value) {
      Map<String, String> more = new java.util.HashMap<>(headers);
      more.put(header, value);
      return new Sample(name, path, body, more);
    }

    Sample at(String other) {
      return new Sample(name, other, body, headers);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() throws IOException {
    String good = tensor("[2,2]", "[[1,2],[3,4.5]]");
    return Stream.of(
        Sample.json("nested", good),
        Sample.json("flat", tensor("[2,2]", "[1,2,3,4.5]")).at("/v2/models/m/versions/3/infer"),
        Sample.json("ragged", tensor("[2,2]", "[[1,2],[3]]")),
        Sample.json("too few values", tensor("[3]", "[1]")),
        Sample.json("no JSON", "{\"inputs\":"),
        Sample.json("nothing", ""),
        Sample.json("no inputs", "{}"),
        Sample.json("unknown datatype", good.replace("FP32", "FP31")),
        Sample.json("encoded name", good).at("/v2/models/a%20b/infer"),
        Sample.json("timeout that is none", good).with("X-Request-Timeout", "soon"),
        Sample.json("deadline", good)
            .at("/v2/models/never/infer")
            .with("X-Request-Timeout", "80ms"),
        Sample.json("no permission", good).with("Authorization", bearer("approver")),
        Sample.json("forged token", good).with("Authorization", "Bearer a.b.c"),
        Sample.json("too long", "x".repeat(600_000)),
        Sample.json("large answer, gzip taken", tensor("[2000]", "[0" + ",1".repeat(1999) + "]"))
            .with("Accept-Encoding", "gzip"),
        Sample.json("long", tensor("[60000]", "[0" + ",1.5".repeat(59_999) + "]")),
        new Sample("gzip", "/v2/models/m/infer", gzip(good.getBytes(UTF_8)), Map.of())
            .with("Content-Encoding", "gzip"),
        new Sample("deflate", "/v2/models/m/infer", deflate(good.getBytes(UTF_8)), Map.of())
            .with("Content-Encoding", "deflate"),
        binary("binary in and out", ",\"parameters\":{\"binary_data_output\":true}"),
        binary("binary in, JSON out", ""),
        binary("binary shorter than announced", "").with(JSON_LENGTH, "10"),
        new Sample("raw tensor", "/v2/models/m/infer", floats(1, 2, 3, 4), Map.of())
            .with(JSON_LENGTH, "0"));
  }

  /// With an Origin a request takes the generic way, without one the short way.
  @ParameterizedTest
  @MethodSource("samples")
  void rest_bothWaysGiveTheSameAnswer(Sample sample) throws Exception {
    var shortWay = send(sample);
    var generic = send(sample.with("Origin", ORIGIN));
    assertThat(shortWay.statusCode()).as(text(shortWay)).isEqualTo(generic.statusCode());
    assertThat(text(shortWay)).isEqualTo(text(generic));
    for (String header : List.of("Content-Type", JSON_LENGTH, "WWW-Authenticate", "Retry-After")) {
      assertThat(shortWay.headers().firstValue(header))
          .as(header)
          .isEqualTo(generic.headers().firstValue(header));
    }
    assertThat(shortWay.headers().firstValue("Date")).isPresent();
    assertThat(shortWay.headers().firstValue("X-Trace-Id").orElseThrow()).matches("[0-9a-f]{32}");
  }

  @Test
  void rest_binaryTensors() throws Exception {
    var response = send(binary("", ",\"parameters\":{\"binary_data_output\":true}"));
    int json = Integer.parseInt(response.headers().firstValue(JSON_LENGTH).orElseThrow());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new String(response.body(), 0, json, UTF_8)).contains("\"binary_data_size\":16");
    assertThat(ByteString.copyFrom(response.body(), json, response.body().length - json))
        .isEqualTo(ByteString.copyFrom(floats(1, 2, 3, 4)));
  }

  @Test
  void rest_errorsSpeakTheProtocol() throws Exception {
    assertThat(text(send(Sample.json("", tensor("[3]", "[1]")))))
        .startsWith("{\"error\":\"")
        .contains("inputs[0].data");
    var unknown = send(Sample.json("", "{}").at("/v2/nonsense"));
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(text(unknown)).startsWith("{\"error\":\"");
  }

  /// Answers come in the order of their requests, whoever gives them.
  @Test
  void rest_pipelinedRequests() throws Exception {
    String infer = post("/v2/models/%s/infer", tensor("[1]", "[1]"), "");
    String ready = "GET /v2/health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
    String all =
        infer.formatted("m1")
            + ready
            + infer.formatted("m2")
            + infer.formatted("m3")
            + ready
            + post("/v2/models/m4/infer", tensor("[1]", "[1]"), "Connection: close\r\n");
    String answers = exchange(all);
    assertThat(answers)
        .containsSubsequence(
            "\"model_name\":\"m1\"",
            "\"ready\":false",
            "\"model_name\":\"m2\"",
            "\"model_name\":\"m3\"",
            "\"ready\":false",
            "\"model_name\":\"m4\"");
  }

  @Test
  void rest_anEndlessBody_isRefusedBeforeItCame() throws Exception {
    String request =
        "POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n{}"
            .formatted(TOKEN, 8L << 30);
    assertThat(exchange(request)).startsWith("HTTP/1.1 413").contains("BODY_TOO_LARGE");
  }

  @Test
  void rest_headAndTrailingSlash_areWhatTheyAreWithout() throws Exception {
    int status = get("/v2/health/ready", "client").statusCode();
    String head = "HEAD /v2/health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(exchange(head)).startsWith("HTTP/1.1 " + status).endsWith("\r\n\r\n");
    assertThat(get("/v2/health/ready/", "client").statusCode()).isEqualTo(status);
  }

  @Test
  void rest_chunkedAndContinued() throws Exception {
    String body = tensor("[1]", "[1]");
    String head =
        "POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                .formatted(TOKEN)
            + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    String half = body.substring(0, 20);
    String rest = body.substring(20);
    String answers =
        exchange(
            head
                + "%x\r\n%s\r\n".formatted(half.length(), half)
                + "%x\r\n%s\r\n0\r\n\r\n".formatted(rest.length(), rest));
    assertThat(answers).contains("100 Continue").contains("200 OK").contains("\"data\":[1.0]");
  }

  @Test
  void callerGoesAway_theServiceIsTold() throws Exception {
    BACKEND.inference.taken = new CountDownLatch(2);
    BACKEND.inference.given = new CountDownLatch(2);
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(post("/v2/models/never/infer", tensor("[1]", "[1]"), "").getBytes(UTF_8));
      var call = stub().modelInfer(request("never"));
      assertThat(BACKEND.inference.taken.await(10, TimeUnit.SECONDS)).isTrue();
      call.cancel(true);
    }
    assertThat(BACKEND.inference.given.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void callsThatHang_holdUpNobody() throws Exception {
    List<CompletableFuture<?>> hanging = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hanging.add(
          client.sendAsync(
              http(
                  Sample.json("", tensor("[1]", "[1]"))
                      .at("/v2/models/never/infer")
                      .with("X-Request-Timeout", "3s")),
              BodyHandlers.ofByteArray()));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(send(Sample.json("", tensor("[1]", "[1]"))).statusCode()).isEqualTo(200);
    }
    assertThat(hanging).noneMatch(CompletableFuture::isDone);
    hanging.forEach(it -> it.cancel(true));
  }

  @Test
  void trace_isContinued() throws Exception {
    String caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    var response = send(Sample.json("", tensor("[1]", "[1]")).with("traceparent", caller));
    assertThat(response.headers().firstValue("X-Trace-Id"))
        .contains("0af7651916cd43dd8448eb211c80319c");
    assertThat(BACKEND.traceParent.get())
        .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
        .endsWith("-01")
        .doesNotContain("b7ad6b7169203331");
    String unrecorded = "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-00";
    send(Sample.json("", tensor("[1]", "[1]")).with("traceparent", unrecorded));
    assertThat(BACKEND.traceParent.get())
        .startsWith("00-0af7651916cd43dd8448eb211c80319d-")
        .endsWith("-00");
  }

  @Test
  void deadline_isForwarded() throws Exception {
    stub().withDeadlineAfter(Duration.ofSeconds(2)).modelInfer(request("m")).get();
    assertThat(BACKEND.inference.deadline.get().timeRemaining(TimeUnit.MILLISECONDS))
        .isLessThan(2_001);
    send(Sample.json("", tensor("[1]", "[1]")).with("X-Request-Timeout", "700ms"));
    assertThat(BACKEND.inference.deadline.get().timeRemaining(TimeUnit.MILLISECONDS))
        .isLessThan(701);
    assertThatThrownBy(
            () ->
                GRPCInferenceServiceGrpc.newBlockingStub(GATEWAY.channel("app", "client"))
                    .withDeadlineAfter(Duration.ofMillis(100))
                    .modelInfer(request("never")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED));
  }

  @Test
  void grpc_streamOfPredictions() throws Exception {
    var answers = new LinkedBlockingQueue<String>();
    var requests =
        GRPCInferenceServiceGrpc.newStub(GATEWAY.channel("app", "client"))
            .modelStreamInfer(
                new StreamObserver<ModelStreamInferResponse>() {
                  @Override
                  public void onNext(ModelStreamInferResponse response) {
                    answers.add(response.getInferResponse().getId());
                  }

                  @Override
                  public void onError(Throwable broken) {
                    answers.add(broken.toString());
                  }

                  @Override
                  public void onCompleted() {
                    answers.add("end");
                  }
                });
    for (int i = 0; i < 5; i++) {
      requests.onNext(request("m").toBuilder().setId("r" + i).build());
      assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("r" + i);
    }
    requests.onCompleted();
    assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
  }

  @Test
  void grpc_otherServiceOfTheProtocol() {
    var index =
        ModelRepositoryServiceGrpc.newBlockingStub(GATEWAY.channel("app", "client"))
            .repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
    assertThat(index.getModels(0).getName()).isEqualTo("m");
  }

  @Test
  void rest_modelRepositoryAndSettings() throws Exception {
    String config = "{\"parameters\":{\"config\":\"{}\"}}";
    var load =
        send(
            Sample.json("", config)
                .at("/v2/repository/models/m/load")
                .with("Authorization", bearer("operator")));
    assertThat(load.statusCode()).as(text(load)).isEqualTo(200);
    assertThat(BACKEND.inference.loaded.get().getModelName()).isEqualTo("m");
    assertThat(BACKEND.inference.loaded.get().getParametersOrThrow("config").getStringParam())
        .isEqualTo("{}");
    var set =
        send(
            Sample.json("", "{\"trace_level\":[\"TIMESTAMPS\"]}")
                .at("/v2/models/m/trace/setting")
                .with("Authorization", bearer("operator")));
    assertThat(text(set)).contains("\"trace_level\":[\"TIMESTAMPS\"]");
    assertThat(text(get("/v2/trace/setting", "operator"))).isEqualTo("{\"trace_rate\":\"1000\"}");
    assertThat(text(get("/v2/systemsharedmemory/status", "client"))).isEqualTo("[]");
  }

  private static String tensor(String shape, String data) {
    return """
        {"inputs":[{"name":"x","shape":%s,"datatype":"FP32","data":%s}]}"""
        .formatted(shape, data);
  }

  private static Sample binary(String name, String more) {
    String json =
        """
        {"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":16}}]%s}"""
            .formatted(more);
    byte[] body = (json + "0123456789abcdef").getBytes(UTF_8);
    System.arraycopy(floats(1, 2, 3, 4), 0, body, json.length(), 16);
    return new Sample(name, "/v2/models/m/infer", body, Map.of())
        .with("Content-Type", "application/octet-stream")
        .with(JSON_LENGTH, Integer.toString(json.length()));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    return packed(bytes, out -> unchecked(() -> new GZIPOutputStream(out)));
  }

  private static byte[] deflate(byte[] bytes) throws IOException {
    return packed(bytes, DeflaterOutputStream::new);
  }

  private static byte[] packed(byte[] bytes, UnaryOperator<OutputStream> packing)
      throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = packing.apply(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private interface Opening {
    OutputStream open() throws IOException;
  }

  private static OutputStream unchecked(Opening opening) {
    try {
      return opening.open();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String bearer(String role) {
    return "Bearer " + TestIdentity.shared().token("someone", role);
  }

  private static ModelInferRequest request(String model) {
    return ModelInferRequest.newBuilder().setModelName(model).build();
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub stub() {
    return GRPCInferenceServiceGrpc.newFutureStub(GATEWAY.channel("app", "client"));
  }

  private static URI uri(String path) {
    return URI.create(GATEWAY.bean(EmbeddedServer.class).getURI() + path);
  }

  private HttpResponse<byte[]> get(String path, String role) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).header("Authorization", bearer(role)).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> send(Sample sample) throws Exception {
    return client.send(http(sample), BodyHandlers.ofByteArray());
  }

  private static HttpRequest http(Sample sample) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(sample.path()))
            .timeout(Duration.ofSeconds(20))
            .setHeader("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.ofByteArray(sample.body()));
    sample.headers().forEach(request::setHeader);
    return request.build();
  }

  /// The body as text, unpacked, without the trace that differs in each answer.
  private static String text(HttpResponse<byte[]> response) throws IOException {
    boolean packed = response.headers().firstValue("Content-Encoding").isPresent();
    byte[] body =
        packed
            ? new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()
            : response.body();
    return new String(body, UTF_8).replaceAll("[0-9a-f]{32}", "…");
  }

  private static String post(String path, String body, String headers) {
    return "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(path, TOKEN, headers, body.length(), body);
  }

  private static Socket connect() throws IOException {
    URI uri = uri("");
    return new Socket(uri.getHost(), uri.getPort());
  }

  /// Sends bytes and reads until the gateway closes.
  private static String exchange(String request) throws IOException {
    try (Socket socket = connect();
        InputStream in = socket.getInputStream()) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
