package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.penstock.proto.oip.ModelInferRequest;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// What a server answers in time when more is asked of it than it can do: a large perceptron over
/// gRPC with deadlines, at parts and multiples of the capacity that a closed loop finds in the same
/// run.
public final class Goodput {

  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));
  private static final long DEADLINE_MILLIS = Long.getLong("deadline", 50);
  private static final int IN_FLIGHT = Integer.getInteger("callers", 256);
  private static final double[] LOADS = {0.5, 0.9, 2};
  private static final int COLUMNS = 512;

  // The client needs cores, too: with one runner for every core it would measure its own waiting.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "penstock.inference.lane.runners",
          System.getProperty(
              "runners",
              Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / 2))));

  private final GRPCInferenceServiceFutureStub inference;
  private final ServedDirectory server;
  private final PrintStream out = System.out;
  private final ModelInferRequest request = request();

  private Goodput(GRPCInferenceServiceFutureStub inference, ServedDirectory server) {
    this.inference = inference;
    this.server = server;
  }

  /// Ends of the calls of one round.
  private static final class Ends {
    private final AtomicLong inTime = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicLong other = new AtomicLong();
    private final AtomicLong refusalNanos = new AtomicLong();

    void note(Throwable thrown, long nanos) {
      if (thrown == null) {
        (nanos <= DEADLINE_MILLIS * 1_000_000 ? inTime : late).incrementAndGet();
      } else if (codeOf(thrown) == Code.RESOURCE_EXHAUSTED) {
        refused.incrementAndGet();
        refusalNanos.addAndGet(nanos);
      } else {
        (codeOf(thrown) == Code.DEADLINE_EXCEEDED ? late : other).incrementAndGet();
      }
    }

    private static Code codeOf(Throwable thrown) {
      var cause = thrown instanceof StatusRuntimeException ? thrown : thrown.getCause();
      return cause instanceof StatusRuntimeException status
          ? status.getStatus().getCode()
          : Code.UNKNOWN;
    }

    double inTimeShare() {
      return 100.0 * inTime.get() / Math.max(1, inTime.get() + late.get() + other.get());
    }
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-goodput");
    Path version = Files.createDirectories(home.resolve("models/large/1"));
    Files.write(version.resolve("model.onnx"), Mlp.onnx(COLUMNS, 2048, 2048, 512));
    try (var server =
        ServedDirectory.start(home.resolve("home"), home.resolve("models"), SETTINGS, "large")) {
      ManagedChannel channel = Channels.plain(server.address());
      try {
        new Goodput(
                GRPCInferenceServiceGrpc.newFutureStub(Channels.as(channel, server.token())),
                server)
            .table();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void table() {
    double capacity = capacity();
    out.printf(
        "%ncapacity: %.0f requests/s (%d callers in a closed loop); deadline %d ms%n",
        capacity, IN_FLIGHT, DEADLINE_MILLIS);
    out.printf(
        "%-6s %12s %16s %18s %10s %14s%n",
        "load", "in time/s", "% of capacity", "% in time of let in", "% refused", "refusal ms");
    // The client's own code for deadlines is cold until now.
    new OpenLoop(capacity, ROUND, 7).run(() -> call(new Ends()));
    for (double load : LOADS) {
      row(load, capacity);
    }
  }

  private double capacity() {
    return new ClosedLoop(IN_FLIGHT, ROUND)
        .measure(() -> Completable.of(inference.modelInfer(request)), CpuClock.of(server.process()))
        .perSecond();
  }

  private void row(double load, double capacity) {
    var ends = new Ends();
    new OpenLoop(load * capacity, ROUND, 17).run(() -> call(ends));
    double perSecond = ends.inTime.get() * 1e9 / ROUND.toNanos();
    double goodput = 100 * perSecond / capacity;
    long all = ends.inTime.get() + ends.late.get() + ends.other.get() + ends.refused.get();
    out.printf(
        "%-6.1f %12.0f %16.1f %18.3f %10.1f %14.2f%n",
        load,
        perSecond,
        goodput,
        ends.inTimeShare(),
        100.0 * ends.refused.get() / all,
        ends.refusalNanos.get() / 1e6 / Math.max(1, ends.refused.get()));
    note(load, goodput, ends);
  }

  private static void note(double load, double goodput, Ends ends) {
    if (load > 1) {
      Bars.note(
          "goodput at twice the capacity, deadlines 50 ms",
          "≥ 95 % of capacity",
          goodput >= 95,
          "%.1f %%",
          goodput);
    } else {
      Bars.note(
          "in time of those let in, at %.0f %% load".formatted(100 * load),
          "≥ 99.9 %",
          ends.inTimeShare() >= 99.9,
          "%.3f %%",
          ends.inTimeShare());
    }
  }

  // A failed call counts among the ends, not as a failure of the loop.
  private CompletableFuture<?> call(Ends ends) {
    long start = System.nanoTime();
    return Completable.of(
            inference.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).modelInfer(request))
        .handle(
            (_, thrown) -> {
              ends.note(thrown, System.nanoTime() - start);
              return null;
            });
  }

  private static ModelInferRequest request() {
    var request = ModelInferRequest.newBuilder().setModelName("large");
    request.addInputsBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(COLUMNS);
    request.addRawInputContents(ByteString.copyFrom(new byte[COLUMNS * Float.BYTES]));
    return request.build();
  }
}
