package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.penstock.benchmarks.ClosedLoop.Result;
import io.penstock.local.LocalSuite;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/// Measures the server's CPU for one request of one row to a 128-256-256-10 MLP, by protocol, at
/// inference-service and through the gateway. The suite runs as it does for anybody, a JVM a
/// service: token, permission, metrics, events, a tenth of the traces. One run, one table.
public final class RequestCost {

  private static final int COLUMNS = 128;
  private static final int IN_FLIGHT = Integer.getInteger("inFlight", 32);
  private static final Duration WARM_UP = Duration.ofSeconds(Long.getLong("warmUp", 20));
  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 10));
  private static final String INFER = "/v2/models/mlp/infer";

  private final LocalSuite suite;
  private final int restPort;
  private final String token;
  private final float[] row = row();
  private final PrintStream out = System.out;

  private RequestCost(LocalSuite suite, int restPort) {
    this.suite = suite;
    this.restPort = restPort;
    this.token = suite.token("benchmark", "client");
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    Path models = home.resolve("models");
    Path version = Files.createDirectories(models.resolve("mlp").resolve("1"));
    Files.write(version.resolve("model.onnx"), Mlp.onnx(COLUMNS, 256, 256, 10));
    int restPort = Channels.freePort();
    Map<String, String> settings =
        Map.of(
            "gateway:penstock.gateway.rate-limits.infer", "1000000",
            "inference:penstock.inference.rest.port", Integer.toString(restPort),
            "inference:penstock.inference.repository.directory", models.toString());
    try (LocalSuite suite = LocalSuite.onFreePorts(home.resolve("suite"), true, settings)) {
      if (!suite.awaitReady(Duration.ofMinutes(3))) {
        throw new IllegalStateException("the suite was not ready in 3 minutes; see " + home);
      }
      new RequestCost(suite, restPort).table();
    }
  }

  private void table() {
    var inference = suite.process("inference");
    var gateway = suite.process("gateway");
    int gatewayPort = suite.gateway().getPort();
    out.printf(
        "%n%-44s %14s %12s %10s %8s %8s %8s%n",
        "1 row of " + COLUMNS + ", " + IN_FLIGHT + " in flight",
        "CPU µs/request",
        "of it gateway",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "bar µs");
    row("gRPC raw at inference-service", 50, grpc("inference"), inference);
    row("REST binary at inference-service", 80, http(restPort, binary()), inference);
    row("REST JSON at inference-service", 150, http(restPort, json()), inference);
    row("gRPC raw through the gateway", 100, grpc("gateway"), inference, gateway);
    row("REST binary through the gateway", 160, http(gatewayPort, binary()), inference, gateway);
    row("REST JSON through the gateway", 300, http(gatewayPort, json()), inference, gateway);
    idleWait();
  }

  private void idleWait() {
    ManagedChannel channel = Channels.plain(suite.address("inference"));
    try {
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(Channels.as(channel, token));
      long micros = new IdleWait(stub, request()).medianMicros(ROUND);
      out.printf("wait for the run, 1 in flight: %d µs (median; bar: at most 50)%n", micros);
      Bars.note("added wait on an idle server, p50", "≤ 50 µs", micros <= 50, "%d µs", micros);
    } finally {
      channel.shutdownNow();
    }
  }

  @FunctionalInterface
  private interface Load {
    Result run(Duration duration, CpuClock servers);
  }

  private void row(String what, int bar, Load load, ProcessHandle... servers) {
    try {
      var gateway = servers.length > 1 ? CpuClock.of(servers[1]) : new CpuClock(List.of());
      load.run(WARM_UP, CpuClock.of(servers));
      var before = gateway.used();
      var result = load.run(ROUND, CpuClock.of(servers));
      var atGateway = gateway.used().minus(before);
      out.printf(
          "%-44s %14.1f %12.1f %10.0f %8.2f %8.2f %8s%n",
          what,
          result.microsOfCpu(),
          atGateway.toNanos() / 1e3 / result.calls(),
          result.perSecond(),
          result.p50().toNanos() / 1e6,
          result.p99().toNanos() / 1e6,
          (result.microsOfCpu() <= bar ? "≤ " : "> ") + bar);
      Bars.note(
          "MLP, 1 row, CPU a request: " + what,
          "≤ " + bar + " µs",
          result.microsOfCpu() <= bar,
          "%.1f µs",
          result.microsOfCpu());
    } catch (RuntimeException e) {
      out.printf("%-44s %s%n", what, e.getCause() == null ? e : e.getCause());
    }
  }

  private Load http(int port, byte[] request) {
    return (duration, servers) -> new HttpLoop(IN_FLIGHT, duration).run(port, request, servers);
  }

  private Load grpc(String service) {
    byte[] message = request().toByteArray();
    return (duration, servers) -> {
      ManagedChannel channel = Channels.plain(suite.address(service));
      try {
        var calls = Channels.as(channel, token);
        return new ClosedLoop(IN_FLIGHT, duration)
            .run(
                () ->
                    Completable.of(
                        ClientCalls.futureUnaryCall(
                            calls.newCall(BYTES, CallOptions.DEFAULT), message)),
                servers);
      } finally {
        channel.shutdownNow();
      }
    };
  }

  // The client should not pay for messages that it only sends over and over again.
  private static final MethodDescriptor<byte[], byte[]> BYTES =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName())
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ModelInferRequest request() {
    var request = ModelInferRequest.newBuilder().setModelName("mlp");
    request.addInputsBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(COLUMNS);
    return request.addRawInputContents(ByteString.copyFrom(bytes())).build();
  }

  private byte[] bytes() {
    var bytes = ByteBuffer.allocate(Float.BYTES * COLUMNS).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : row) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private byte[] json() {
    var values = new StringJoiner(",");
    for (float value : row) {
      values.add(Float.toString(value));
    }
    var body =
        """
        {"inputs":[{"name":"x","datatype":"FP32","shape":[1,%d],"data":[%s]}]}"""
            .formatted(COLUMNS, values);
    return HttpLoop.post(
        INFER,
        token,
        List.of("Content-Type: application/json"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] binary() {
    var header =
        """
        {"parameters":{"binary_data_output":true},"inputs":[{"name":"x","datatype":"FP32","shape":[1,%d],\
        "parameters":{"binary_data_size":%d}}]}"""
            .formatted(COLUMNS, Float.BYTES * COLUMNS)
            .getBytes(StandardCharsets.UTF_8);
    var body = ByteBuffer.allocate(header.length + Float.BYTES * COLUMNS).put(header).put(bytes());
    return HttpLoop.post(
        INFER,
        token,
        List.of(
            "Content-Type: application/octet-stream",
            "Inference-Header-Content-Length: " + header.length),
        body.array());
  }

  private static float[] row() {
    var random = new Random(3);
    var row = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      row[i] = (float) random.nextGaussian();
    }
    return row;
  }
}
