package io.penstock.benchmarks;

import io.grpc.ManagedChannel;
import io.penstock.benchmarks.ClosedLoop.Result;
import io.penstock.benchmarks.MiniLmInProcess.Pace;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures how much of what ONNX Runtime gives in this process a saturated server gives over gRPC:
/// MiniLM, texts of mixed lengths, one a request, raw tensors. Both take turns within one run,
/// because the machine changes from minute to minute.
public final class MiniLmThroughput {

  private static final int IN_FLIGHT = Integer.getInteger("inFlight", 64);
  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));
  // The server's compiler takes a quarter of the CPU in its first minute.
  private static final Duration WARM_UP = Duration.ofSeconds(Long.getLong("warmUp", 90));
  private static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final List<String> MODELS =
      List.of(System.getProperty("models", "minilm,minilm-q").split(","));
  // A saturated queue is long, and no call of this measurement is in a hurry.
  private static final Map<String, String> SETTINGS =
      Map.of("penstock.inference.lane.default-timeout", "60s");
  private static final int TEXTS = 512;
  private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32, 64);

  private final ServedDirectory server;
  private final MiniLmTexts texts = MiniLmTexts.of(TEXTS, 42);
  private final PrintStream out = System.out;

  private MiniLmThroughput(ServedDirectory server) {
    this.server = server;
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    Path models = home.resolve("models");
    for (var model : MODELS) {
      layOut(models, model, file(model));
    }
    try (var server =
        ServedDirectory.start(home, models, SETTINGS, MODELS.toArray(String[]::new))) {
      var throughput = new MiniLmThroughput(server);
      for (var model : MODELS) {
        throughput.table(model, resource(file(model)));
      }
    }
  }

  private static String file(String model) {
    return "/" + model.replace("minilm", "all-minilm-l6-v2") + ".onnx";
  }

  private static void layOut(Path models, String model, String resource) throws IOException {
    Path version = Files.createDirectories(models.resolve(model).resolve("1"));
    Files.write(version.resolve("model.onnx"), resource(resource));
    Files.writeString(
        models.resolve(model).resolve("config.pbtxt"),
        """
        platform: "onnxruntime_onnx"
        max_batch_size: %d
        %s
        """
            .formatted(Integer.getInteger("maxBatch", 8), System.getProperty("config", "")));
  }

  private static byte[] resource(String name) throws IOException {
    try (var stream = MiniLmThroughput.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private void table(String model, byte[] file) throws Exception {
    out.printf("%n%s, %d texts of %.1f tokens on average%n", model, TEXTS, texts.meanLength());
    out.printf("%-52s %10s %14s %8s %8s%n", "", "texts/s", "CPU µs/text", "p50 ms", "p99 ms");
    try (var inProcess = new MiniLmInProcess(file)) {
      int best = best(inProcess).batch();
      var requests = texts.requests(model);
      grpc(requests, WARM_UP);
      var roofs = new ArrayList<Pace>();
      var served = new ArrayList<Result>();
      for (int i = 0; i < ROUNDS; i++) {
        roofs.add(inProcess.measure(texts, best, ROUND));
        served.add(grpc(requests, ROUND));
        row(served.getLast());
      }
      ratio(roofs, served);
    }
  }

  private Pace best(MiniLmInProcess inProcess) throws Exception {
    inProcess.measure(texts, 8, ROUND);
    var paces = new ArrayList<Pace>();
    for (int batch : BATCHES) {
      var pace = inProcess.measure(texts, batch, ROUND.dividedBy(2));
      paces.add(pace);
      out.printf(
          "%-52s %10.0f %14.0f%n",
          "in process, 2 threads, batches of " + batch,
          pace.textsPerSecond(),
          pace.cpuMicrosPerText());
    }
    return paces.stream().max(Comparator.comparingDouble(Pace::textsPerSecond)).orElseThrow();
  }

  private void row(Result result) {
    out.printf(
        "%-52s %10.0f %14.0f %8.1f %8.1f%n",
        "gRPC at inference-service, %d in flight".formatted(IN_FLIGHT),
        result.perSecond(),
        result.microsOfCpu(),
        result.p50().toNanos() / 1e6,
        result.p99().toNanos() / 1e6);
  }

  private void ratio(List<Pace> roofs, List<Result> served) {
    double roof = median(roofs.stream().map(Pace::textsPerSecond).toList());
    double pace = median(served.stream().map(Result::perSecond).toList());
    double roofCpu = median(roofs.stream().map(Pace::cpuMicrosPerText).toList());
    double cpu = median(served.stream().map(Result::microsOfCpu).toList());
    out.printf(
        "%-52s %10.0f %14.0f%n",
        "in process again, batches of " + roofs.getFirst().batch(), roof, roofCpu);
    out.printf(
        "served of in process: %.1f %% of the texts a second (bar: 90), %.1f %% by the server's CPU%n",
        100 * pace / roof, 100 * roofCpu / cpu);
    Bars.note(
        "MiniLM saturated, gRPC, of in-process ONNX Runtime at its best batch",
        "≥ 90 %",
        pace >= 0.9 * roof,
        "%.0f %% of the texts a second, %.0f %% by CPU",
        100 * pace / roof,
        100 * roofCpu / cpu);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private Result grpc(List<ModelInferRequest> requests, Duration duration) {
    ManagedChannel channel = Channels.plain(server.address());
    try {
      var stub = GRPCInferenceServiceGrpc.newFutureStub(Channels.as(channel, server.token()));
      var next = new AtomicInteger();
      return new ClosedLoop(IN_FLIGHT, duration)
          .run(
              () ->
                  Completable.of(
                      stub.modelInfer(
                          requests.get(Math.floorMod(next.getAndIncrement(), requests.size())))),
              CpuClock.of(server.process()));
    } finally {
      channel.shutdownNow();
    }
  }
}
