package io.penstock.inference.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.registry.v1.BenchmarkInput;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.Measure;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A real service evaluates what a registry lends it, in real worker processes.
class EvaluationIT {

  private static final Duration SOON = Duration.ofSeconds(120);
  private static final TestBenchmarks benchmarks = new TestBenchmarks();
  private static final TestRegistry registry = benchmarks.registry();
  private static final AtomicInteger numbers = new AtomicInteger();

  @TempDir static Path cache;

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.inference.worker.probation", false)
          .with("penstock.inference.evaluation.poll-interval", "50ms")
          .with("penstock.inference.evaluation.lease", "1s")
          .with("penstock.inference.evaluation.deadline", "20s")
          .with("penstock.inference.evaluation.batch-rows", "100")
          .with("penstock.inference.evaluation.max-model-size", "1000000")
          .with("penstock.inference.cache-directory", () -> cache.toString());

  @AfterAll
  static void stop() {
    registry.stop();
  }

  @Test
  void everyRow_isPredicted_inOrder() throws Exception {
    int rows = 50_000;
    var csv = new StringBuilder("hour,late,distance\n");
    for (int row = 0; row < rows; row++) {
      csv.append(row % 7).append(",0,").append(row % 11).append('\n');
    }
    var completed =
        evaluate(TestOnnx.logistic(0.5f, -1, 0.25f), csv.toString(), rows, "hour", "distance");
    assertThat(completed.getError()).isEmpty();
    assertThat(completed.getEvaluator()).startsWith("ONNX Runtime 1.");
    assertThat(completed.getPredictionsCount()).isEqualTo(rows);
    for (int row : new int[] {0, 1, 99, 100, 12_345, rows - 1}) {
      float expected = TestOnnx.expected(0.5f, new float[] {-1, 0.25f}, row % 7, row % 11);
      assertThat(completed.getPredictions(row)).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void aClassifier_isJudgedByTheProbabilityOfClassOne() throws Exception {
    var run = run(OnnxModels.classifier(), "x,late\n0,1\n-30,0\n", 2, "x");
    var completed = end(run.setOutput("probabilities"));
    assertThat(completed.getError()).isEmpty();
    assertThat(completed.getPredictions(0)).isCloseTo(0.5, within(1e-6));
    assertThat(completed.getPredictions(1)).isCloseTo(0, within(1e-6));
  }

  @Test
  void rowsThatWouldMix_areRunOneByOne() throws Exception {
    var run = run(OnnxModels.meanOverRows(), "a,b,late\n1,2,1\n3,4,0\n", 2, "a", "b");
    run.getInputsBuilder(0).setInput("x");
    assertThat(end(run.setOutput("y")).getError())
        .isEqualTo("the output 'y' is (0.0, 0.0) in row 1, expected probabilities of two classes");
  }

  @Test
  void whatHasNoPredictions_failsInWords() throws Exception {
    var onnx = TestOnnx.logistic(0, 1);
    assertThat(error(TestOnnx.withUnknownOperator(), "x,late\n1,1\n", 1))
        .contains("does not load", "NoSuchOperator");
    assertThat(error(TestOnnx.logistic(0, 1, 1), "x,late\n1,1\n", 1))
        .contains("'features' is [-1, 2], which rows of 1 values do not fill");
    assertThat(error(TestOnnx.identity(1), "x,late\n0.5,1\n,1\n", 2))
        .contains("'probability' is NaN in row 2");
    assertThat(error(TestOnnx.identity(1), "x,late\n0.5,1\n1e39,1\n", 2))
        .contains("'probability' is Infinity in row 2");
    assertThat(error(TestOnnx.identity(1), "x,late\n7,1\n", 1)).contains("expected a probability");
    assertThat(error(onnx, "x,late\n1,1\nnoon,1\n", 2))
        .contains("row 2 of the data has 'noon' as 'x', and the input 'features' takes FP32");
    assertThat(error(onnx, "y,late\n1,1\n", 1)).contains("no column 'x'");
    assertThat(error(onnx, "x,late\n1,1\n1\n", 2)).contains("row 2 of the data has 1 fields");
    assertThat(error(onnx, "x,late\n1,1\n", 2)).contains("has 1 rows, expected 2");
    assertThat(error(onnx, "x,late\n1,1\n1,1\n", 1)).contains("has more than 1 rows");
    assertThat(error(OnnxModels.weights(2), "x,late\n1,1\n", 1))
        .contains("the model cannot be read", "more than 1000000 bytes");
  }

  @Test
  void anArtifactThatIsGone_failsTheRun() throws Exception {
    var run = run(TestOnnx.logistic(7, 1), "x,late\n0.7,1\n", 1, "x");
    registry.lose(run.getSuite().getData());
    assertThat(end(run).getError()).contains("the data cannot be read", "NOT_FOUND");
    var other = run(TestOnnx.logistic(8, 1), "x,late\n8,1\n", 1, "x");
    assertThat(end(other.setVersion("models/gone/versions/1")).getError())
        .contains("the version cannot be read", "no such version");
  }

  @Test
  void aModelThatDoesNotEnd_isEndedAtTheDeadline_andTheNextRunIsTaken() throws Exception {
    assertThat(error(OnnxModels.counting(), "x,late\n3,1\n1e15,0\n", 2))
        .isEqualTo("it took longer than 20 s; 1 of 2 rows were done");
    assertThat(benchmarks.renewals()).isGreaterThan(10);
    assertThat(error(OnnxModels.counting(), "x,late\n3,1\n", 1)).isEmpty();
  }

  @Test
  void aModelThatEndsItsProcess_failsInWords() throws Exception {
    var run = endless();
    Eventually.become(SOON, () -> worker().isPresent());
    worker().orElseThrow().destroyForcibly();
    Eventually.become(SOON, () -> !completions(run).isEmpty());
    assertThat(completions(run).getFirst().getError()).contains("it was killed");
  }

  @Test
  void aRunThatIsGivenToAnother_isLeftToIt() throws Exception {
    var run = endless();
    Eventually.become(SOON, () -> benchmarks.isClaimed(run.getName()));
    benchmarks.takeAway(run.getName());
    assertThat(error(OnnxModels.counting(), "x,late\n4,1\n", 1)).isEmpty();
    assertThat(completions(run)).isEmpty();
  }

  @Test
  void aServerThatStops_givesItsRunBack() throws Exception {
    var run = endless();
    Eventually.become(SOON, () -> benchmarks.isClaimed(run.getName()));
    service.stop();
    service.start();
    assertThat(benchmarks.released())
        .filteredOn(released -> released.getName().equals(run.getName()))
        .singleElement()
        .satisfies(released -> assertThat(released.getReason()).isEmpty());
    assertThat(completions(run)).isEmpty();
  }

  private static Optional<ProcessHandle> worker() {
    return ProcessHandle.current()
        .children()
        .filter(child -> command(child).contains("io.penstock.inference.worker.WorkerMain"))
        .findFirst();
  }

  // ProcessHandle.Info cuts long command lines off.
  private static String command(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  private static BenchmarkRun endless() {
    var run = run(OnnxModels.counting(), "x,late\n1e15,1\n", 1, "x").build();
    benchmarks.ask(run);
    return run;
  }

  private static String error(byte[] onnx, String csv, int rows) throws InterruptedException {
    return evaluate(onnx, csv, rows, "x").getError();
  }

  private static CompleteBenchmarkRunRequest evaluate(
      byte[] onnx, String csv, int rows, String... columns) throws InterruptedException {
    return end(run(onnx, csv, rows, columns));
  }

  private static BenchmarkRun.Builder run(byte[] onnx, String csv, int rows, String... columns) {
    int number = numbers.incrementAndGet();
    var version = registry.version("model-" + number, 1, onnx);
    benchmarks.add(version);
    return BenchmarkRun.newBuilder()
        .setName("models/model-%d/benchmarks/flights/runs/1".formatted(number))
        .setVersion(version.getName())
        .setOutput("probability")
        .addInputs(BenchmarkInput.newBuilder().setInput("features").addAllColumns(List.of(columns)))
        .setSuite(
            BenchmarkSuite.newBuilder()
                .setData(registry.store(csv.getBytes(StandardCharsets.UTF_8)))
                .setRows(rows)
                .addMetrics(BenchmarkMetric.newBuilder().setMeasure(Measure.MEASURE_AUC)));
  }

  private static CompleteBenchmarkRunRequest end(BenchmarkRun.Builder run)
      throws InterruptedException {
    benchmarks.ask(run.build());
    Eventually.become(SOON, () -> !completions(run.build()).isEmpty());
    return completions(run.build()).getFirst();
  }

  private static List<CompleteBenchmarkRunRequest> completions(BenchmarkRun run) {
    return benchmarks.completed().stream()
        .filter(completed -> completed.getName().equals(run.getName()))
        .toList();
  }
}
