package io.penstock.e2e.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkRunState;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceBlockingStub;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.proto.registry.v1.CreateBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.GetBenchmarkRunRequest;
import io.penstock.proto.registry.v1.Measure;
import io.penstock.proto.registry.v1.RunBenchmarkRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestOnnx;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An evaluator that dies with a run in its hands: the run is taken again, and ends once.
class KilledEvaluatorIT {

  private static final Duration SOON = Duration.ofSeconds(120);
  private static final int ROWS = 20_000;

  // A row at a time, so that the run is still under way when the server is killed.
  private static final Map<String, String> SLOWLY =
      Map.of(
          "inference:penstock.inference.evaluation.poll-interval", "100ms",
          "inference:penstock.inference.evaluation.batch-rows", "1",
          "inference:penstock.inference.evaluation.lease", "2s");

  @Test
  @Timeout(300)
  void run_isTakenAgain_andEndsOnce() throws Exception {
    try (var suite = RunningSuite.inSeparateJvms(SLOWLY)) {
      var run = ask(suite);
      Eventually.become(SOON, () -> attempts(suite) == 1);
      assertThat(suite.local().process("inference").destroyForcibly()).isTrue();
      assertThat(get(suite, run).getState())
          .isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_PENDING);

      Eventually.become(
          SOON, () -> get(suite, run).getState() != BenchmarkRunState.BENCHMARK_RUN_STATE_PENDING);
      var ended = get(suite, run);
      assertThat(ended.getState())
          .as(ended.getError())
          .isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_SUCCEEDED);
      assertThat(ended.getResults(0).getN()).isEqualTo(ROWS);
      assertThat(attempts(suite)).isEqualTo(2);
      Eventually.become(SOON, () -> completions(suite, run) == 1);
    }
  }

  private static BenchmarkRun ask(RunningSuite suite) {
    var workshop = new Workshop(suite);
    var version =
        workshop.registered(TestOnnx.logistic(0, 3, 0.5f), FeatureBinding.getDefaultInstance());
    var data = workshop.upload(LabelledFlights.csv(ROWS).getBytes(StandardCharsets.UTF_8));
    var created =
        benchmarks(suite)
            .createBenchmarkSuite(
                CreateBenchmarkSuiteRequest.newBuilder()
                    .setParent("models/" + Workshop.modelId(version))
                    .setSuiteId("flights")
                    .setSuite(
                        BenchmarkSuite.newBuilder()
                            .setData(data.getName())
                            .setLabel("late")
                            .addMetrics(
                                BenchmarkMetric.newBuilder().setMeasure(Measure.MEASURE_AUC)))
                    .build());
    return benchmarks(suite)
        .runBenchmark(
            RunBenchmarkRequest.newBuilder()
                .setName(created.getName())
                .setVersion(version.getName())
                .build());
  }

  private static BenchmarkRun get(RunningSuite suite, BenchmarkRun run) {
    return benchmarks(suite)
        .getBenchmarkRun(GetBenchmarkRunRequest.newBuilder().setName(run.getName()).build());
  }

  private static BenchmarkServiceBlockingStub benchmarks(RunningSuite suite) {
    return suite.as("ada", "data-scientist").grpc(BenchmarkServiceGrpc::newBlockingStub);
  }

  private static int attempts(RunningSuite suite) throws SQLException {
    try (var connection = DriverManager.getConnection(suite.local().databaseUrl("registry"));
        var statement = connection.createStatement();
        var row = statement.executeQuery("select attempts from benchmark_run")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static long completions(RunningSuite suite, BenchmarkRun run) {
    return suite
        .as("eve", "auditor")
        .grpc(AuditServiceGrpc::newBlockingStub)
        .listAuditEntries(ListAuditEntriesRequest.newBuilder().setResource(run.getName()).build())
        .getEntriesList()
        .stream()
        .filter(entry -> entry.getEvent().getMethod().endsWith("/CompleteBenchmarkRun"))
        .count();
  }
}
