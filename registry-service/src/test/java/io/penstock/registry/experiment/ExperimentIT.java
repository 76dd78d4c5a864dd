package io.penstock.registry.experiment;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.GetDatasetRequest;
import io.penstock.proto.registry.v1.GetExperimentRequest;
import io.penstock.proto.registry.v1.GetRunRequest;
import io.penstock.proto.registry.v1.Histogram;
import io.penstock.proto.registry.v1.ListDatasetsRequest;
import io.penstock.proto.registry.v1.ListExperimentsRequest;
import io.penstock.proto.registry.v1.ListMetricPointsRequest;
import io.penstock.proto.registry.v1.ListRunsRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.RunInput;
import io.penstock.proto.registry.v1.RunStatus;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ExperimentIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void createExperiment_twice_isRefused() {
    var request =
        CreateExperimentRequest.newBuilder()
            .setExperimentId(RegistryClient.unique("flights"))
            .setDescription("late or not")
            .putTags("team", "delay")
            .build();
    var created = ada.experiments.createExperiment(request);

    assertThat(created.getCreatedBy()).isEqualTo("ada");
    assertThat(get(created.getName())).isEqualTo(created);
    assertThatThrownBy(() -> ada.experiments.createExperiment(request))
        .satisfies(Failures.with(ALREADY_EXISTS, "EXPERIMENT_EXISTS"));
  }

  private io.penstock.proto.registry.v1.Experiment get(String name) {
    return ada.experiments.getExperiment(GetExperimentRequest.newBuilder().setName(name).build());
  }

  @Test
  void createExperiment_withBadFields_namesAllOfThem() {
    var request =
        CreateExperimentRequest.newBuilder()
            .setExperimentId("No Such Id")
            .setDescription("nul \0 inside")
            .putTags("", "x")
            .build();
    assertThatThrownBy(() -> ada.experiments.createExperiment(request))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .contains("experiment_id", "description", "tags.")));
  }

  @Test
  void getExperiment_missing() {
    assertThatThrownBy(() -> get("experiments/nowhere"))
        .satisfies(Failures.with(NOT_FOUND, "EXPERIMENT_NOT_FOUND"));
    assertThatThrownBy(() -> get("experiment"))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void listExperiments_pages() {
    for (int i = 0; i < 5; i++) {
      ada.newRun();
    }
    var seen = new ArrayList<String>();
    var token = "";
    do {
      var page =
          ada.experiments.listExperiments(
              ListExperimentsRequest.newBuilder().setPageSize(2).setPageToken(token).build());
      page.getExperimentsList().forEach(experiment -> seen.add(experiment.getName()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(seen).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void logRunData_isReadBack() {
    var run = ada.newRun();
    var dataset = register(dataset("a".repeat(64)));
    log(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .putParams("trees", "120")
            .putTags("git", "abc")
            .addInputs(RunInput.newBuilder().setDataset(dataset.getName()).setContext("training"))
            .addMetrics(point("auc", 0.61, 1, 10))
            .build());

    var read = get(run);
    assertThat(read.getParamsMap()).containsExactly(Map.entry("trees", "120"));
    assertThat(read.getTagsMap()).containsExactly(Map.entry("git", "abc"));
    assertThat(read.getMetricsMap()).containsExactly(Map.entry("auc", 0.61));
    assertThat(read.getInputsList())
        .containsExactly(
            RunInput.newBuilder().setDataset(dataset.getName()).setContext("training").build());
    assertThat(read.getStatus()).isEqualTo(RunStatus.RUN_STATUS_RUNNING);
  }

  @Test
  void logRunData_ofTheSameParamAgain_isFine_ofAnotherValue_isRefusedWhole() {
    var run = ada.newRun();
    var trees = LogRunDataRequest.newBuilder().setName(run.getName()).putParams("trees", "120");
    log(trees.build());
    log(trees.build());
    var other =
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .putParams("trees", "200")
            .putTags("left", "behind")
            .build();
    assertThatThrownBy(() -> log(other))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "PARAM_CONFLICT",
                status -> assertThat(status.metadata()).containsEntry("param", "trees")));
    assertThat(get(run).getTagsMap()).isEmpty();
  }

  @Test
  void logRunData_outOfOrder_keepsTheNewestPoint() {
    var run = ada.newRun();
    log(metrics(run, point("auc", 0.5, 5, 50), point("auc", 0.7, 9, 10), point("auc", 0.6, 7, 90)));
    log(metrics(run, point("auc", 0.1, 8, 99)));
    assertThat(get(run).getMetricsMap()).containsEntry("auc", 0.7);

    log(metrics(run, point("auc", 0.8, 9, 10), point("auc", 0.9, 9, 11)));
    assertThat(get(run).getMetricsMap()).containsEntry("auc", 0.9);
  }

  @Test
  void logRunData_keepsNanAndInfinities() {
    var run = ada.newRun();
    log(
        metrics(
            run,
            point("nan", Double.NaN, 0, 1),
            point("up", Double.POSITIVE_INFINITY, 0, 1),
            point("down", Double.NEGATIVE_INFINITY, 0, 1),
            point("negative-zero", -0.0, 0, 1)));
    assertThat(get(run).getMetricsMap())
        .containsEntry("nan", Double.NaN)
        .containsEntry("up", Double.POSITIVE_INFINITY)
        .containsEntry("down", Double.NEGATIVE_INFINITY);
  }

  @Test
  void listMetricPoints_pagesInTheOrderOfTimeAndStep() {
    var run = ada.newRun();
    var points = new ArrayList<MetricPoint>();
    for (int step = 0; step < 25; step++) {
      points.add(point("loss", step == 3 ? Double.NaN : 1.0 / (step + 1), 24 - step, step));
    }
    log(metrics(run, points.toArray(MetricPoint[]::new)));
    log(metrics(run, points.toArray(MetricPoint[]::new)));

    var steps = new ArrayList<Long>();
    var token = "";
    do {
      var page =
          ada.experiments.listMetricPoints(
              ListMetricPointsRequest.newBuilder()
                  .setParent(run.getName())
                  .setKey("loss")
                  .setPageSize(10)
                  .setPageToken(token)
                  .build());
      page.getPointsList().forEach(point -> steps.add(point.getStep()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(steps.reversed()).hasSize(25).isSorted();
  }

  @Test
  void logRunData_withBadFields_namesThem() {
    var request =
        LogRunDataRequest.newBuilder()
            .setName(ada.newRun().getName())
            .addMetrics(point("", 1, 0, 0))
            .addMetrics(point("x", 1, 0, 1L << 50))
            .build();
    assertThatThrownBy(() -> log(request))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactly("metrics[0].key", "metrics[1].time")));
  }

  @Test
  void logRunData_beyondTheLimit_isRefused() {
    var request = LogRunDataRequest.newBuilder().setName(ada.newRun().getName());
    for (int i = 0; i <= 1000; i++) {
      request.addMetrics(point("m", i, i, i));
    }
    assertThatThrownBy(() -> log(request.build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void logRunData_ofAnUnknownDataset_storesNothing() {
    var run = ada.newRun();
    var request =
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .putParams("trees", "1")
            .addInputs(RunInput.newBuilder().setDataset("datasets/x/snapshots/" + "b".repeat(64)))
            .build();
    assertThatThrownBy(() -> log(request)).satisfies(Failures.with(NOT_FOUND, "DATASET_NOT_FOUND"));
    assertThat(get(run).getParamsMap()).isEmpty();
  }

  @Test
  void logRunData_byManyAtOnce_losesNothingAndDeadlocksNever() throws Exception {
    var run = ada.newRun();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Run>>();
      for (int writer = 0; writer < 16; writer++) {
        calls.add(logging(run, writer));
      }
      for (var call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    var read = get(run);
    assertThat(read.getMetricsMap()).hasSize(40);
    assertThat(read.getMetricsMap().values()).containsOnly(15.0);
    assertThat(read.getTagsMap()).hasSize(40);
    assertThat(read.getParamsMap()).hasSize(40);
  }

  // Each writer names the same keys in another order.
  private Callable<Run> logging(Run run, int writer) {
    var request = LogRunDataRequest.newBuilder().setName(run.getName());
    for (int i = 0; i < 40; i++) {
      var key = "key-" + (i * 7 + writer * 13) % 40;
      request
          .putTags(key, "writer " + writer)
          .putParams(key, "same")
          .addMetrics(point(key, writer, writer, writer));
    }
    return () -> log(request.build());
  }

  @Test
  void finishRun_endsIt() {
    var run = ada.newRun();
    var finish = FinishRunRequest.newBuilder().setName(run.getName()).build();
    var finished = ada.experiments.finishRun(finish);
    assertThat(finished.getStatus()).isEqualTo(RunStatus.RUN_STATUS_FINISHED);
    assertThat(finished.hasEndTime()).isTrue();

    assertThatThrownBy(() -> ada.experiments.finishRun(finish))
        .satisfies(Failures.with(FAILED_PRECONDITION, "RUN_ENDED"));
    assertThatThrownBy(() -> log(metrics(run, point("auc", 1, 1, 1))))
        .satisfies(Failures.with(FAILED_PRECONDITION, "RUN_ENDED"));
  }

  @Test
  void listRuns_isNewestFirst() {
    var first = ada.newRun();
    var experiment = first.getName().substring(0, first.getName().indexOf("/runs/"));
    var second =
        ada.experiments.createRun(
            CreateRunRequest.newBuilder()
                .setParent(experiment)
                .setDisplayName("second")
                .putTags("k", "v")
                .build());
    var page =
        ada.experiments.listRuns(
            ListRunsRequest.newBuilder().setParent(experiment).setPageSize(1).build());
    assertThat(page.getRunsList()).containsExactly(second);
    assertThat(page.getNextPageToken()).isNotEmpty();
  }

  @Test
  void registerDataset_again_givesTheSame() {
    var first = register(dataset("c".repeat(64)));
    var again = register(dataset("c".repeat(64)).toBuilder().setSource("elsewhere").build());
    assertThat(again).isEqualTo(first);
    assertThat(
            ada.datasets.getDataset(
                GetDatasetRequest.newBuilder().setName(first.getName()).build()))
        .isEqualTo(first);
    assertThat(
            ada.datasets.listDatasets(ListDatasetsRequest.getDefaultInstance()).getDatasetsList())
        .contains(first);
  }

  @Test
  void registerDataset_withABadProfile_namesTheColumn() {
    var bad =
        dataset("d".repeat(64)).toBuilder()
            .setSha256("XYZ")
            .setProfile(
                DatasetProfile.newBuilder()
                    .addColumns(
                        ColumnProfile.newBuilder()
                            .setName("distance")
                            .setHistogram(
                                Histogram.newBuilder().addEdges(2).addEdges(1).addCounts(3))))
            .build();
    assertThatThrownBy(() -> register(bad))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactlyInAnyOrder(
                            "dataset.sha256",
                            "dataset.profile.columns[0].histogram.counts",
                            "dataset.profile.columns[0].histogram.edges")));
  }

  @Test
  void calls_withoutAToken_areRefused() {
    var anonymous =
        io.penstock.proto.registry.v1.ExperimentServiceGrpc.newBlockingStub(registry.anonymous());
    assertThatThrownBy(() -> anonymous.listExperiments(ListExperimentsRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAUTHENTICATED");
  }

  private Dataset register(Dataset dataset) {
    return ada.datasets.registerDataset(
        RegisterDatasetRequest.newBuilder().setDataset(dataset).build());
  }

  private static Dataset dataset(String sha256) {
    return Dataset.newBuilder()
        .setDatasetId("flights-2001")
        .setSha256(sha256)
        .setSource("npm:vega-datasets@3.2.1/data/flights-3m.parquet")
        .setRows(147_791)
        .setProfile(
            DatasetProfile.newBuilder()
                .addColumns(
                    ColumnProfile.newBuilder()
                        .setName("distance")
                        .setHistogram(
                            Histogram.newBuilder().addEdges(100).addAllCounts(List.of(3L, 4L)))))
        .build();
  }

  private Run log(LogRunDataRequest request) {
    return ada.experiments.logRunData(request);
  }

  private Run get(Run run) {
    return ada.experiments.getRun(GetRunRequest.newBuilder().setName(run.getName()).build());
  }

  private static LogRunDataRequest metrics(Run run, MetricPoint... points) {
    return LogRunDataRequest.newBuilder()
        .setName(run.getName())
        .addAllMetrics(List.of(points))
        .build();
  }

  private static MetricPoint point(String key, double value, long step, long second) {
    return MetricPoint.newBuilder()
        .setKey(key)
        .setValue(value)
        .setStep(step)
        .setTime(Timestamp.newBuilder().setSeconds(second))
        .build();
  }
}
