package io.penstock.benchmarks;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.penstock.benchmarks.ClosedLoop.Result;
import io.penstock.local.LocalSuite;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateModelVersionResponse;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.CreateRunResponse;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogBatchResponse;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Measures what the registry writes in a second as MLflow's clients do, over gRPC, with the
/// PostgreSQL of a local suite: every answer is on the disk. One run, one table.
public final class RegistryWrites {

  private static final Duration ROUND = Duration.ofSeconds(Long.getLong("seconds", 8));
  private static final Duration WARM_UP = Duration.ofSeconds(Long.getLong("warmUp", 45));
  private static final int METRICS = 1_000;

  private final LocalSuite suite;
  private final TrackingServiceGrpc.TrackingServiceBlockingStub tracking;
  private final ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub models;
  private final Channel channel;
  private final PrintStream out = System.out;

  private RegistryWrites(LocalSuite suite) {
    this.suite = suite;
    this.channel =
        Channels.as(
            Channels.direct(suite.address("registry")), suite.token("benchmark", "data-scientist"));
    this.tracking = TrackingServiceGrpc.newBlockingStub(channel);
    this.models = ModelRegistryServiceGrpc.newBlockingStub(channel);
  }

  public static void main(String[] args) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    try (LocalSuite suite = LocalSuites.ready(home, Map.of())) {
      new RegistryWrites(suite).table();
    }
  }

  private void table() throws Exception {
    out.printf(
        "%n%-58s %12s %12s %10s %8s %8s%n",
        "registry, PostgreSQL with fsync", "calls/s", "rows/s", "CPU µs/row", "p50 ms", "p99 ms");
    warm(4, WARM_UP.dividedBy(2), batches(4, 1_000));
    logBatch("log-batch, 1,000 metrics a call, 4 runs, 10 keys × 100 steps", 4, 10);
    var batches =
        logBatch("log-batch, 1,000 metrics a call, 4 runs, 1,000 keys × 1 step", 4, 1_000);
    bar("log-batch, 1,000 metrics a call", 60_000, batches.perSecond() * METRICS, "metrics/s");
    warm(64, WARM_UP, this::createRun);
    var runs = row("runs/create, 64 in flight", 64, 1, this::createRun);
    awaitAudit();
    bar("runs/create", 4_000, runs.perSecond(), "/s");
    for (int callers : List.of(1, 4, 16)) {
      row("runs/create, %d in flight".formatted(callers), callers, 1, this::createRun);
    }
    writersOnOneRun();
    creatorsOnOneModel();
  }

  private Result logBatch(String what, int writers, int keys) {
    return row(what, writers, METRICS, batches(writers, keys));
  }

  private Supplier<CompletableFuture<?>> batches(int writers, int keys) {
    List<String> runs = Stream.generate(this::newRun).limit(writers).toList();
    var calls = new AtomicLong();
    return () -> {
      long call = calls.getAndIncrement();
      return logBatch(batch(runs.get((int) (call % writers)), call, keys, METRICS));
    };
  }

  // A cold JVM is many times slower, and on two cores the compilers of six take their time.
  private static void warm(int inFlight, Duration duration, Supplier<CompletableFuture<?>> call) {
    new ClosedLoop(inFlight, duration).run(call, CpuClock.of());
  }

  private Result row(
      String what, int inFlight, int rowsACall, Supplier<CompletableFuture<?>> call) {
    var registry = CpuClock.of(suite.process("registry"));
    warm(inFlight, ROUND.dividedBy(2), call);
    var cpu = SuiteCpu.from(suite);
    var result = new ClosedLoop(inFlight, ROUND).run(call, registry);
    var shares = cpu.by(result.calls());
    out.printf(
        "%-58s %12.0f %12.0f %10.1f %8.1f %8.1f%n",
        what,
        result.perSecond(),
        result.perSecond() * rowsACall,
        result.microsOfCpu() / rowsACall,
        result.p50().toNanos() / 1e6,
        result.p99().toNanos() / 1e6);
    out.println("  " + shares);
    return result;
  }

  /// The answers are there before their audit entries are in the audit log: says how far behind it
  /// is, and waits until it has all.
  private void awaitAudit() throws Exception {
    long created = count("registry", "select count(*) from run");
    long start = System.nanoTime();
    long first = created - audited();
    while (audited() < created) {
      Thread.sleep(50);
    }
    out.printf(
        "  audit log: %,d entries behind the last answer, all there %.1f s later%n",
        first, (System.nanoTime() - start) / 1e9);
  }

  private long audited() throws SQLException {
    return count(
        "governance",
        "select count(*) from audit_entries where method = '%s'"
            .formatted(TrackingServiceGrpc.getCreateRunMethod().getFullMethodName()));
  }

  private long count(String database, String query) throws SQLException {
    try (var connection = DriverManager.getConnection(suite.databaseUrl(database));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void bar(String measure, int least, double measured, String unit) {
    Bars.note(
        measure, "≥ %,d %s".formatted(least, unit), measured >= least, "%,.0f %s", measured, unit);
  }

  private String newRun() {
    return tracking.createRun(CreateRunRequest.getDefaultInstance()).getRun().getInfo().getRunId();
  }

  private CompletableFuture<CreateRunResponse> createRun() {
    return call(TrackingServiceGrpc.getCreateRunMethod(), CreateRunRequest.getDefaultInstance());
  }

  private static LogBatchRequest batch(String run, long step, int keys, int metrics) {
    var batch = LogBatchRequest.newBuilder().setRunId(run);
    int stepsACall = metrics / keys;
    for (int i = 0; i < metrics; i++) {
      batch.addMetrics(
          Metric.newBuilder()
              .setKey("metric/" + i % keys)
              .setValue(i * 0.5)
              .setTimestamp(1_700_000_000_000L + step)
              .setStep(step * stepsACall + i / keys));
    }
    return batch.build();
  }

  private CompletableFuture<LogBatchResponse> logBatch(LogBatchRequest request) {
    return call(TrackingServiceGrpc.getLogBatchMethod(), request);
  }

  /// Two hundred writers, each ten batches of the same keys in an order of its own.
  private void writersOnOneRun() throws Exception {
    var run = newRun();
    int writers = 200;
    int errors =
        errors(
            writers * 10,
            writers,
            number -> logBatch(batch(run, number, 1 + number % 37, 100 - number % 37)));
    out.printf("200 writers on one run, 2,000 batches: %d errors%n", errors);
    Bars.note("200 writers on one run", "0 errors", errors == 0, "%d errors", errors);
  }

  private void creatorsOnOneModel() throws Exception {
    models.createRegisteredModel(
        CreateRegisteredModelRequest.newBuilder().setName("contended").build());
    int creators = 1_000;
    Set<Long> numbers = ConcurrentHashMap.newKeySet();
    long start = System.nanoTime();
    int errors =
        errors(
            creators,
            creators,
            number -> createVersion(number).thenAccept(response -> numbers.add(number(response))));
    double seconds = (System.nanoTime() - start) / 1e9;
    boolean gapFree = numbers.size() == creators && numbers.contains((long) creators);
    out.printf(
        "1,000 creators of versions of one model: %d errors, %s, %.0f versions/s%n",
        errors, gapFree ? "no gap" : "GAPS", creators / seconds);
    Bars.note(
        "1,000 writers creating versions of one model",
        "0 errors, no gap",
        errors == 0 && gapFree,
        "%d errors, %s",
        errors,
        gapFree ? "no gap" : "gaps");
  }

  private static long number(CreateModelVersionResponse response) {
    return Long.parseLong(response.getModelVersion().getVersion());
  }

  private CompletableFuture<CreateModelVersionResponse> createVersion(int number) {
    return call(
        ModelRegistryServiceGrpc.getCreateModelVersionMethod(),
        CreateModelVersionRequest.newBuilder()
            .setName("contended")
            .setSource("s3://bucket/model/" + number)
            .build());
  }

  private static int errors(int calls, int inFlight, IntFunction<CompletableFuture<?>> call)
      throws InterruptedException {
    var room = new Semaphore(inFlight);
    var errors = new AtomicLong();
    for (int i = 0; i < calls; i++) {
      room.acquire();
      call.apply(i)
          .whenComplete(
              (_, thrown) -> {
                if (thrown != null && errors.getAndIncrement() == 0) {
                  System.out.println("first error: " + thrown.getMessage());
                }
                room.release();
              });
    }
    room.acquire(inFlight);
    return (int) errors.get();
  }

  private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(60));
    return Completable.of(ClientCalls.futureUnaryCall(channel.newCall(method, options), request));
  }
}
