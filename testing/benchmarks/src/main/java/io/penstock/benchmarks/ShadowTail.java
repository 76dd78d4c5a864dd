package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.penstock.local.LocalSuite;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import io.penstock.proto.registry.v1.RollBackReleaseRequest;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures what a shadow costs those who are answered: the primary's latency with a copy of every
/// request sent to a shadow, and without, in turns within one run. The demo's two delay models play
/// the two parts.
public final class ShadowTail {

  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));
  private static final int ROUNDS = Integer.getInteger("rounds", 6);
  private static final double RATE = Integer.getInteger("rate", 500);
  private static final String RELEASE = "releases/flight-delay";

  private final ReleaseServiceBlockingStub releases;
  private final GRPCInferenceServiceFutureStub inference;
  private final PrintStream out = System.out;
  private long seed = 1;

  private ShadowTail(
      ReleaseServiceBlockingStub releases, GRPCInferenceServiceFutureStub inference) {
    this.releases = releases;
    this.inference = inference;
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    try (LocalSuite suite = LocalSuite.onFreePorts(home, true, Map.of())) {
      if (!suite.awaitReady(Duration.ofMinutes(3))) {
        throw new IllegalStateException("the suite was not ready in 3 minutes; see " + home);
      }
      DemoRelease.play(suite, home.resolve("identity"));
      ManagedChannel registry = Channels.plain(suite.address("registry"));
      ManagedChannel server = Channels.plain(suite.address("inference"));
      try {
        new ShadowTail(
                ReleaseServiceGrpc.newBlockingStub(
                    Channels.as(registry, suite.token("benchmark", "operator"))),
                GRPCInferenceServiceGrpc.newFutureStub(
                    Channels.as(server, suite.token("benchmark", "client"))))
            .table();
      } finally {
        registry.shutdownNow();
        server.shutdownNow();
      }
    }
  }

  private void table() throws InterruptedException {
    withoutCanary();
    round();
    round();
    var alone = new ArrayList<OpenLoop.Result>();
    var shadowed = new ArrayList<OpenLoop.Result>();
    for (int i = 0; i < ROUNDS; i++) {
      shadow(1);
      alone.add(round());
      shadow(100);
      shadowed.add(round());
    }
    out.printf("%n%-32s %10s %10s %10s%n", "primary, " + RATE + "/s", "p50 ms", "p99 ms", "failed");
    row("shadow of 1 % of the requests", alone);
    row("shadow of every request", shadowed);
    double worse = 100 * (millis99(shadowed) / millis99(alone) - 1);
    out.printf(
        "p99 with every request shadowed: %+.1f %% (bar: at most +2 %%; medians of %d rounds in turn)%n",
        worse, ROUNDS);
    Bars.note("shadow traffic, primary's p99", "≤ +2 %", worse <= 2, "%+.1f %%", worse);
  }

  private void withoutCanary() {
    var ignored =
        releases.rollBackRelease(RollBackReleaseRequest.newBuilder().setName(RELEASE).build());
  }

  // A release without its shadow cannot be had back, so the comparison is with next to none.
  private void shadow(int percent) throws InterruptedException {
    var ignored =
        releases.deployVersion(
            DeployVersionRequest.newBuilder()
                .setName(RELEASE)
                .setVersion("models/flight-delay/versions/2")
                .setVariant(Variant.VARIANT_SHADOW)
                .setPercent(percent)
                .build());
    Thread.sleep(1_000);
  }

  private OpenLoop.Result round() {
    var request = request();
    return new OpenLoop(RATE, ROUND, seed++)
        .run(() -> Completable.of(inference.modelInfer(request)));
  }

  private void row(String what, List<OpenLoop.Result> rounds) {
    out.printf(
        "%-32s %10.3f %10.3f %10d%n",
        what,
        median(rounds.stream().map(OpenLoop.Result::p50).toList()),
        millis99(rounds),
        rounds.stream().mapToLong(OpenLoop.Result::failed).sum());
  }

  private static double millis99(List<OpenLoop.Result> rounds) {
    return median(rounds.stream().map(OpenLoop.Result::p99).toList());
  }

  private static double median(List<Duration> values) {
    return values.stream().sorted().toList().get(values.size() / 2).toNanos() / 1e6;
  }

  private static ModelInferRequest request() {
    var request = ModelInferRequest.newBuilder().setModelName("flight-delay");
    number(request, "departure_hour", 17);
    number(request, "day_of_week", 5);
    number(request, "distance", 700);
    key(request, "origin", "ATL");
    key(request, "route", "ATL-DFW");
    return request.build();
  }

  private static void number(ModelInferRequest.Builder request, String name, float value) {
    request.addInputsBuilder().setName(name).setDatatype("FP32").addShape(1);
    var bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    request.addRawInputContents(ByteString.copyFrom(bytes.flip()));
  }

  private static void key(ModelInferRequest.Builder request, String name, String key) {
    request.addInputsBuilder().setName(name).setDatatype("BYTES").addShape(1);
    var text = ByteString.copyFromUtf8(key);
    var length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.size()).flip();
    request.addRawInputContents(ByteString.copyFrom(length).concat(text));
  }
}
