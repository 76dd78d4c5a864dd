package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.penstock.benchmarks.ClosedLoop.Result;
import io.penstock.local.LocalSuite;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Measures what one prediction of the demo's delay model (100 trees, 9 columns, one row) costs in
/// CPU: in this process, over gRPC at inference-service, and through the gateway, beside an empty
/// gRPC call. One run, one table.
public final class PredictionCost {

  private static final int CONCURRENCY = 16;
  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));

  /// A row as the candidate's binding fills it.
  private static final float[] ROW = {17, 5, 700, 0.2f, 8, 900, 0.2f, 8, 100};

  private static final String OCCURRED_AT = "2001-04-01T17:00:00Z";

  private final LocalSuite suite;
  private final String version;
  private final ClosedLoop loop = new ClosedLoop(CONCURRENCY, ROUND);

  private PredictionCost(LocalSuite suite, String version) {
    this.suite = suite;
    this.version = version;
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    Map<String, String> unlimited = Map.of("gateway:penstock.gateway.rate-limits.infer", "1000000");
    try (LocalSuite suite = LocalSuite.onFreePorts(home, true, unlimited)) {
      if (!suite.awaitReady(Duration.ofMinutes(3))) {
        throw new IllegalStateException(
            "the suite was not ready in 3 minutes; see " + home.resolve("logs"));
      }
      byte[] model = DemoRelease.play(suite, home.resolve("identity")).candidate();
      new PredictionCost(suite, "2").table(model, System.out);
    }
  }

  private void table(byte[] model, PrintStream out) throws Exception {
    ProcessHandle inference = suite.process("inference");
    ProcessHandle gateway = suite.process("gateway");
    ProcessHandle feature = suite.process("feature");
    out.printf(
        "%n%-52s %12s %10s %10s %10s%n",
        "one row, " + CONCURRENCY + " callers", "CPU µs/call", "calls/s", "p50 ms", "p99 ms");
    out.printf(
        "%-52s %12.1f%n",
        "ONNX Runtime in process, one thread", InProcess.microsOfCpu(model, ROW, ROUND));
    row(out, "empty gRPC call, bare grpc-java server", emptyCall());
    row(out, "gRPC at inference-service, raw tensor", grpc("inference", raw(), inference));
    row(out, "gRPC through the gateway, raw tensor", grpc("gateway", raw(), inference, gateway));
    row(out, "REST through the gateway, raw tensor in JSON", rest(rawJson(), inference, gateway));
    row(
        out,
        "gRPC at inference-service, features looked up",
        grpc("inference", byEntity(), inference, feature));
    row(
        out,
        "REST through the gateway, features looked up",
        rest(byEntityJson(), inference, gateway, feature));
  }

  private static void row(PrintStream out, String what, Result result) {
    out.printf(
        "%-52s %12.1f %10.0f %10.2f %10.2f%n",
        what,
        result.microsOfCpu(),
        result.perSecond(),
        result.p50().toNanos() / 1e6,
        result.p99().toNanos() / 1e6);
  }

  private Result emptyCall() throws IOException {
    int port = Channels.freePort();
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EmptyServer.class.getName(),
                Integer.toString(port))
            .inheritIO()
            .start();
    ManagedChannel channel = Channels.plain("127.0.0.1:" + port);
    try {
      CallOptions untilUp = CallOptions.DEFAULT.withWaitForReady();
      return loop.measure(
          () ->
              Completable.of(
                  ClientCalls.futureUnaryCall(
                      channel.newCall(EmptyServer.METHOD, untilUp), Empty.getDefaultInstance())),
          CpuClock.of(server.toHandle()));
    } finally {
      channel.shutdownNow();
      server.destroy();
    }
  }

  private Result grpc(String service, ModelInferRequest request, ProcessHandle... servers) {
    ManagedChannel channel = Channels.plain(suite.address(service));
    try {
      var stub =
          GRPCInferenceServiceGrpc.newFutureStub(
              Channels.as(channel, suite.token("benchmark", "client")));
      return loop.measure(() -> Completable.of(stub.modelInfer(request)), CpuClock.of(servers));
    } finally {
      channel.shutdownNow();
    }
  }

  private Result rest(String body, ProcessHandle... servers) {
    URI uri = suite.gateway().resolve("/v2/models/flight-delay/versions/" + version + "/infer");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + suite.token("benchmark", "client"))
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Supplier<CompletableFuture<?>> call =
          () ->
              client
                  .sendAsync(request, BodyHandlers.ofString())
                  .thenApply(PredictionCost::requireOk);
      return loop.measure(call, CpuClock.of(servers));
    }
  }

  private static HttpResponse<String> requireOk(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return response;
  }

  private ModelInferRequest raw() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ROW.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : ROW) {
      bytes.putFloat(value);
    }
    ModelInferRequest.Builder request = request();
    request
        .addInputsBuilder()
        .setName("features")
        .setDatatype("FP32")
        .addAllShape(List.of(1L, (long) ROW.length));
    return request.addRawInputContents(ByteString.copyFrom(bytes.flip())).build();
  }

  private ModelInferRequest byEntity() {
    ModelInferRequest.Builder request = request();
    request.putParameters(
        "occurred_at", InferParameter.newBuilder().setStringParam(OCCURRED_AT).build());
    addKey(request, "origin", "ATL");
    addKey(request, "route", "ATL-DFW");
    addNumber(request, "departure_hour", ROW[0]);
    addNumber(request, "day_of_week", ROW[1]);
    addNumber(request, "distance", ROW[2]);
    return request.build();
  }

  private ModelInferRequest.Builder request() {
    return ModelInferRequest.newBuilder().setModelName("flight-delay").setModelVersion(version);
  }

  private static void addKey(ModelInferRequest.Builder request, String name, String key) {
    byte[] text = key.getBytes(StandardCharsets.UTF_8);
    request.addInputsBuilder().setName(name).setDatatype("BYTES").addShape(1);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + text.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(text.length)
            .put(text);
    request.addRawInputContents(ByteString.copyFrom(bytes.flip()));
  }

  private static void addNumber(ModelInferRequest.Builder request, String name, float value) {
    request.addInputsBuilder().setName(name).setDatatype("FP32").addShape(1);
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    request.addRawInputContents(ByteString.copyFrom(bytes.flip()));
  }

  private static String rawJson() {
    return """
        {"inputs":[{"name":"features","datatype":"FP32","shape":[1,9],"data":[17,5,700,0.2,8,900,0.2,8,100]}]}""";
  }

  private static String byEntityJson() {
    return """
        {"parameters":{"occurred_at":"%s"},"inputs":[
        {"name":"origin","datatype":"BYTES","shape":[1],"data":["ATL"]},
        {"name":"route","datatype":"BYTES","shape":[1],"data":["ATL-DFW"]},
        {"name":"departure_hour","datatype":"FP32","shape":[1],"data":[17]},
        {"name":"day_of_week","datatype":"FP32","shape":[1],"data":[5]},
        {"name":"distance","datatype":"FP32","shape":[1],"data":[700]}]}"""
        .formatted(OCCURRED_AT);
  }
}
