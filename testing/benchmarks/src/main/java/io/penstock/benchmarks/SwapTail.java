package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.onnx.ModelProto;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures what callers notice of a version swap: the latency of a small model while nothing
/// changes, while its own version is swapped every second, and while another model of MiniLM's size
/// is. Open loop, in turns within one run.
public final class SwapTail {

  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final double RATE = Integer.getInteger("rate", 500);
  private static final int[] SMALL = {128, 256, 256, 10};
  // 22 million numbers, as MiniLM has.
  private static final int[] LARGE = {512, 4096, 4096, 512};

  // Made beforehand: a hundred megabytes of random numbers take longer than a load.
  private static final byte[] SMALL_FILE = Mlp.onnx(SMALL);
  private static final byte[] LARGE_FILE = Mlp.onnx(LARGE);

  private final Path models;
  private final GRPCInferenceServiceFutureStub inference;
  private final PrintStream out = System.out;
  private int version = 1;
  private long seed = 1;

  private SwapTail(Path models, GRPCInferenceServiceFutureStub inference) {
    this.models = models;
    this.inference = inference;
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    Path models = home.resolve("models");
    put(models, "small", 1, SMALL_FILE);
    put(models, "large", 1, LARGE_FILE);
    var settings =
        Map.of(
            "penstock.inference.repository.poll",
            "200ms",
            "penstock.inference.memory.linger",
            "1s");
    try (var server = ServedDirectory.start(home, models, settings, "small", "large")) {
      ManagedChannel channel = Channels.plain(server.address());
      try {
        var stub = GRPCInferenceServiceGrpc.newFutureStub(Channels.as(channel, server.token()));
        new SwapTail(models, stub).table();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void table() throws Exception {
    round();
    round();
    var quiet = new ArrayList<OpenLoop.Result>();
    var own = new ArrayList<OpenLoop.Result>();
    var other = new ArrayList<OpenLoop.Result>();
    for (int i = 0; i < ROUNDS; i++) {
      quiet.add(round());
      own.add(swapping("small", SMALL_FILE, 1_000));
      other.add(swapping("large", LARGE_FILE, 3_000));
    }
    out.printf(
        "%n%-36s %10s %10s %10s%n", "small model, " + RATE + "/s", "p50 ms", "p99 ms", "failed");
    row("nothing changes", quiet);
    row("its own version swaps every 1 s", own);
    row("a model of 88 MB swaps every 3 s", other);
    out.printf(
        "p99: own swap %+.1f %%, other's swap %+.1f %% (bar: at most +10 %%, 0 failed; medians of %d)%n",
        worse(own, quiet), worse(other, quiet), ROUNDS);
    Bars.note(
        "version swap under load, p99",
        "≤ +10 %, 0 failed",
        Math.max(worse(own, quiet), worse(other, quiet)) <= 10,
        "%+.0f %% own swap, %+.0f %% beside a swap of 88 MB",
        worse(own, quiet),
        worse(other, quiet));
  }

  private OpenLoop.Result swapping(String model, byte[] onnx, long pause) throws Exception {
    var swaps =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (true) {
                      put(models, model, ++version, onnx);
                      Thread.sleep(pause);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    try {
      return round();
    } finally {
      swaps.interrupt();
      swaps.join();
    }
  }

  // The version's number makes the bytes others, so that it is really loaded.
  private static void put(Path models, String model, int version, byte[] onnx) throws Exception {
    var folder = Files.createDirectories(models.resolve(model).resolve(Integer.toString(version)));
    var part = folder.resolve("model.part");
    var name = "doc " + version;
    Files.write(part, ByteString.copyFrom(onnx).concat(documented(name)).toByteArray());
    Files.move(part, folder.resolve("model.onnx"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static ByteString documented(String text) {
    return ModelProto.newBuilder().setDocString(text).build().toByteString();
  }

  private OpenLoop.Result round() {
    var request = request();
    return new OpenLoop(RATE, ROUND, seed++)
        .run(() -> Completable.of(inference.modelInfer(request)));
  }

  private static ModelInferRequest request() {
    var request = ModelInferRequest.newBuilder().setModelName("small");
    request.addInputsBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(SMALL[0]);
    return request
        .addRawInputContents(ByteString.copyFrom(new byte[SMALL[0] * Float.BYTES]))
        .build();
  }

  private void row(String what, List<OpenLoop.Result> rounds) {
    out.printf(
        "%-36s %10.3f %10.3f %10d%n",
        what,
        median(rounds.stream().map(OpenLoop.Result::p50).toList()),
        median(rounds.stream().map(OpenLoop.Result::p99).toList()),
        rounds.stream().mapToLong(OpenLoop.Result::failed).sum());
  }

  private static double worse(List<OpenLoop.Result> rounds, List<OpenLoop.Result> quiet) {
    var then = median(rounds.stream().map(OpenLoop.Result::p99).toList());
    return 100 * (then / median(quiet.stream().map(OpenLoop.Result::p99).toList()) - 1);
  }

  private static double median(List<Duration> values) {
    return values.stream().sorted().toList().get(values.size() / 2).toNanos() / 1e6;
  }
}
