package io.penstock.registry.benchmark;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.PERMISSION_DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkResult;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkRunState;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceBlockingStub;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.CreateBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.DatasetFile;
import io.penstock.proto.registry.v1.DatasetManifest;
import io.penstock.proto.registry.v1.DeleteBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.GetBenchmarkRunRequest;
import io.penstock.proto.registry.v1.GetBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.ListBenchmarkRunsRequest;
import io.penstock.proto.registry.v1.ListBenchmarkSuitesRequest;
import io.penstock.proto.registry.v1.ListPendingBenchmarkRunsRequest;
import io.penstock.proto.registry.v1.Measure;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.proto.registry.v1.RunBenchmarkRequest;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.UpdateBenchmarkSuiteRequest;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();
  private static final int ROWS = 400;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      peers.registry(() -> directory).with("penstock.benchmarks.check-interval", "100ms");

  private RegistryClient ada;
  private BenchmarkServiceBlockingStub benchmarks;
  private Evaluator evaluator;
  private String model;
  private String data;

  @BeforeEach
  void connect() {
    peers.pass();
    ada = RegistryClient.of(registry, "ada");
    benchmarks = BenchmarkServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
    evaluator = new Evaluator(ada, benchmarks);
    model = ada.newModel();
    data = ada.upload(csv()).getName();
  }

  // Whether a flight is late depends on the hour, and on the distance a little.
  private static byte[] csv() {
    var random = new SplittableRandom(7);
    var csv = new StringBuilder("hour,distance,late\n");
    for (int row = 0; row < ROWS; row++) {
      double hour = random.nextDouble(-1, 1);
      double distance = random.nextDouble(-1, 1);
      boolean late = random.nextDouble() < 1 / (1 + Math.exp(-3 * hour - 0.5 * distance));
      csv.append(hour).append(',').append(distance).append(',').append(late ? 1 : 0).append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aVersion_isMeasuredFromModelToGate() throws Exception {
    var suite = create(suite());
    assertThat(suite.getName()).isEqualTo(model + "/benchmarks/flights");
    assertThat(suite.getColumnsList()).containsExactly("hour", "distance");
    assertThat(suite.getRows()).isEqualTo(ROWS);
    assertThat(suite.getRevision()).isEqualTo(1);
    var version = ada.newVersion(model, TestOnnx.logistic(0, 3, 0.5f));
    var asked = run(suite, version);
    assertThat(asked.getState()).isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_PENDING);
    assertThat(asked.getInputs(0).getInput()).isEqualTo("features");
    assertThat(asked.getInputs(0).getColumnsList()).containsExactly("hour", "distance");
    assertThat(run(suite, version)).isEqualTo(asked);

    var done = evaluator.complete(asked);
    assertThat(done.getState()).isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_SUCCEEDED);
    assertThat(done.getEvaluatedBy()).isEqualTo("ada");
    var auc = result(done, Measure.MEASURE_AUC);
    assertThat(auc.getN()).isEqualTo(ROWS);
    assertThat(auc.getValue()).isBetween(0.8, 0.95);
    assertThat(auc.getInterval().getLower()).isBetween(0.75, auc.getValue());
    assertThat(auc.getInterval().getUpper()).isBetween(auc.getValue(), 1.0);
    assertThat(auc.getMeetsBaseline()).isTrue();
    assertThat(get(done)).isEqualTo(done);

    ada.promote(version.getName(), Stage.STAGE_PRODUCTION);
    var told = object(object(peers.lastAsked().getFacts(), "benchmarks"), "flights");
    assertThat(number(object(told, "auc"), "low")).isEqualTo(auc.getInterval().getLower());
    assertThat(number(object(told, "auc"), "n")).isEqualTo(ROWS);
    assertThat(number(object(object(told, "auc"), "baseline"), "value")).isEqualTo(0.7);
    assertThat(told.getFieldsOrThrow("meets_baseline").getBoolValue()).isTrue();
    assertThat(told.getFieldsOrThrow("evaluated_by").getStringValue()).isEqualTo("ada");
    assertThat(told.getFieldsOrThrow("data").getStringValue()).isEqualTo(data);
  }

  @Test
  void aVersion_isComparedWithProduction() throws Exception {
    var suite =
        create(
            suite()
                .clearMetrics()
                .addMetrics(
                    BenchmarkMetric.newBuilder()
                        .setMeasure(Measure.MEASURE_BRIER)
                        .setProduction(true)));
    var primary = ada.newProductionVersion(model, TestOnnx.logistic(0, 3, 0.5f));
    ada.deploy(primary, Variant.VARIANT_PRIMARY, 0);
    var worse = ada.newVersion(model, TestOnnx.logistic(0, -3, 0));

    var early = result(evaluator.complete(run(suite, worse)), Measure.MEASURE_BRIER);
    assertThat(early.hasComparison()).isFalse();
    assertThat(early.getMeetsBaseline()).isFalse();

    var first = result(evaluator.complete(run(suite, primary)), Measure.MEASURE_BRIER);
    assertThat(first.getMeetsBaseline()).isTrue();
    var compared = result(evaluator.complete(run(suite, worse)), Measure.MEASURE_BRIER);
    assertThat(compared.getComparison().getVersion()).isEqualTo(primary.getName());
    assertThat(compared.getComparison().getValue()).isEqualTo(first.getValue());
    assertThat(compared.getComparison().getInterval().getLower()).isPositive();
    assertThat(compared.getMeetsBaseline()).isFalse();
  }

  @Test
  void anUpdatedSuite_hasMeasuredNothing() throws Exception {
    var suite = create(suite());
    var version = ada.newVersion(model, TestOnnx.logistic(0, 3, 0.5f));
    evaluator.complete(run(suite, version));
    var updated =
        benchmarks.updateBenchmarkSuite(
            UpdateBenchmarkSuiteRequest.newBuilder()
                .setSuite(suite.toBuilder().setDescription("another"))
                .build());
    assertThat(updated.getRevision()).isEqualTo(2);

    ada.promote(version.getName(), Stage.STAGE_STAGING);
    assertThat(object(peers.lastAsked().getFacts(), "benchmarks").getFieldsMap()).isEmpty();
    assertThat(runs(suite))
        .singleElement()
        .extracting(it -> it.getSuite().getRevision())
        .isEqualTo(1);
  }

  @Test
  void aRun_endsOnce() {
    var suite = create(suite());
    var run = run(suite, ada.newVersion(model, TestOnnx.logistic(0, 1, 1)));
    assertThatThrownBy(() -> complete(run, List.of(0.5)))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> complete(run, Collections.nCopies(ROWS, 1.5)))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> complete(run, List.of()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    var failed =
        benchmarks.completeBenchmarkRun(
            CompleteBenchmarkRunRequest.newBuilder()
                .setName(run.getName())
                .setError("out of memory")
                .build());
    assertThat(failed.getState()).isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_FAILED);
    assertThatThrownBy(() -> complete(run, Collections.nCopies(ROWS, 0.5)))
        .satisfies(Failures.with(FAILED_PRECONDITION, "BENCHMARK_RUN_ENDED"));
    assertThat(get(run)).isEqualTo(failed);
  }

  @Test
  void whoeverMakesModels_mayAskButNotAnswer() {
    var suite = create(suite());
    var run = run(suite, ada.newVersion(model, TestOnnx.logistic(0, 1, 1)));
    benchmarks = BenchmarkServiceGrpc.newBlockingStub(registry.channel("eve", "data-scientist"));
    assertThat(get(run)).isEqualTo(run);
    assertThatThrownBy(() -> complete(run, Collections.nCopies(ROWS, 0.5)))
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void aSuite_isCheckedAgainstItsData() {
    assertThatThrownBy(() -> create(suite().setLabel("early")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "BENCHMARK_DATA_UNFIT"));
    assertThatThrownBy(() -> create(suite().setLabel("hour")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "BENCHMARK_DATA_UNFIT"));
    assertThatThrownBy(() -> create(suite().addColumns("weather")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(suite().addColumns("late")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(suite().setInterval(Duration.newBuilder().setSeconds(59))))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> create(suite().setData("artifacts/" + "0".repeat(64))))
        .satisfies(Failures.with(NOT_FOUND, "ARTIFACT_NOT_FOUND"));
    var suite = create(suite());
    assertThatThrownBy(() -> create(suite()))
        .satisfies(Failures.with(ALREADY_EXISTS, "BENCHMARK_SUITE_EXISTS"));
    var wide = ada.newVersion(model, TestOnnx.logistic(0, 1, 1, 1));
    assertThatThrownBy(() -> run(suite, wide))
        .satisfies(Failures.with(FAILED_PRECONDITION, "BENCHMARK_VERSION_UNFIT"));
  }

  @Test
  void aSuite_mayNameAFileOfASnapshot() {
    var dataset =
        ada.datasets.registerDataset(
            RegisterDatasetRequest.newBuilder()
                .setDataset(
                    Dataset.newBuilder()
                        .setDatasetId("flights")
                        .setManifest(
                            DatasetManifest.newBuilder()
                                .addFiles(
                                    DatasetFile.newBuilder()
                                        .setPath("test.csv")
                                        .setSha256(data.substring("artifacts/".length()))
                                        .setSizeBytes(csv().length)
                                        .setRows(ROWS))))
                .build());
    var named = suite().clearData().setDataset(dataset.getName());
    assertThat(create(named.clone().setDatasetPath("test.csv")).getData()).isEqualTo(data);
    assertThatThrownBy(() -> create(named.clone().setDatasetPath("train.csv")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void aDeletedSuite_leavesItsRuns() {
    var suite = create(suite());
    var run = run(suite, ada.newVersion(model, TestOnnx.logistic(0, 1, 1)));
    assertThat(list()).containsExactly(suite);
    var _ =
        benchmarks.deleteBenchmarkSuite(
            DeleteBenchmarkSuiteRequest.newBuilder().setName(suite.getName()).build());
    assertThat(list()).isEmpty();
    assertThatThrownBy(
            () ->
                benchmarks.getBenchmarkSuite(
                    GetBenchmarkSuiteRequest.newBuilder().setName(suite.getName()).build()))
        .satisfies(Failures.with(NOT_FOUND, "BENCHMARK_SUITE_NOT_FOUND"));
    assertThat(get(run)).isEqualTo(run);
    assertThatThrownBy(() -> get(run.toBuilder().setName(suite.getName() + "/runs/9").build()))
        .satisfies(Failures.with(NOT_FOUND, "BENCHMARK_RUN_NOT_FOUND"));
  }

  @Test
  void aSchedule_asksForTheNewestVersionAndThePrimary() throws Exception {
    var primary = ada.newProductionVersion(model, TestOnnx.logistic(0, 3, 0.5f));
    ada.deploy(primary, Variant.VARIANT_PRIMARY, 0);
    var between = ada.newVersion(model, TestOnnx.logistic(0, 1, 1));
    var newest = ada.newVersion(model, TestOnnx.logistic(0, 2, 1));
    var suite = create(suite().setInterval(Duration.newBuilder().setSeconds(60)));

    Eventually.become(java.time.Duration.ofSeconds(10), () -> runs(suite).size() == 2);
    assertThat(runs(suite))
        .extracting(BenchmarkRun::getVersion)
        .containsExactlyInAnyOrder(primary.getName(), newest.getName())
        .doesNotContain(between.getName());
    assertThat(pending()).containsAll(runs(suite));
  }

  @Test
  void aRun_thatNobodyTakes_fails() throws Exception {
    var suite = create(suite());
    var run = run(suite, ada.newVersion(model, TestOnnx.logistic(0, 1, 1)));
    registry
        .bean(Jdbi.class)
        .useHandle(
            handle ->
                handle.execute(
                    """
                    update benchmark_run set create_time = create_time - interval '2 hours'
                    where 'models/' || model = ?""",
                    model));
    Eventually.become(
        java.time.Duration.ofSeconds(10),
        () -> get(run).getState() == BenchmarkRunState.BENCHMARK_RUN_STATE_FAILED);
    assertThat(get(run).getError()).isEqualTo("no evaluator came in time");
  }

  private BenchmarkSuite.Builder suite() {
    return BenchmarkSuite.newBuilder()
        .setData(data)
        .setLabel("late")
        .addMetrics(BenchmarkMetric.newBuilder().setMeasure(Measure.MEASURE_AUC).setValue(0.7))
        .addMetrics(BenchmarkMetric.newBuilder().setMeasure(Measure.MEASURE_ACCURACY));
  }

  private BenchmarkSuite create(BenchmarkSuite.Builder suite) {
    return benchmarks.createBenchmarkSuite(
        CreateBenchmarkSuiteRequest.newBuilder()
            .setParent(model)
            .setSuiteId("flights")
            .setSuite(suite)
            .build());
  }

  private BenchmarkRun run(BenchmarkSuite suite, ModelVersion version) {
    return benchmarks.runBenchmark(
        RunBenchmarkRequest.newBuilder()
            .setName(suite.getName())
            .setVersion(version.getName())
            .build());
  }

  private BenchmarkRun get(BenchmarkRun run) {
    return benchmarks.getBenchmarkRun(
        GetBenchmarkRunRequest.newBuilder().setName(run.getName()).build());
  }

  private BenchmarkRun complete(BenchmarkRun run, List<Double> predictions) {
    return benchmarks.completeBenchmarkRun(
        CompleteBenchmarkRunRequest.newBuilder()
            .setName(run.getName())
            .addAllPredictions(predictions)
            .build());
  }

  private List<BenchmarkRun> runs(BenchmarkSuite suite) {
    return benchmarks
        .listBenchmarkRuns(ListBenchmarkRunsRequest.newBuilder().setParent(suite.getName()).build())
        .getRunsList();
  }

  private List<BenchmarkRun> pending() {
    return benchmarks
        .listPendingBenchmarkRuns(
            ListPendingBenchmarkRunsRequest.newBuilder().setPageSize(200).build())
        .getRunsList();
  }

  private List<BenchmarkSuite> list() {
    return benchmarks
        .listBenchmarkSuites(ListBenchmarkSuitesRequest.newBuilder().setParent(model).build())
        .getSuitesList();
  }

  private static BenchmarkResult result(BenchmarkRun run, Measure measure) {
    return run.getResultsList().stream()
        .filter(result -> result.getMeasure() == measure)
        .findFirst()
        .orElseThrow();
  }

  private static Struct object(Struct facts, String name) {
    return facts.getFieldsOrThrow(name).getStructValue();
  }

  private static double number(Struct facts, String name) {
    return facts.getFieldsOrThrow(name).getNumberValue();
  }
}
