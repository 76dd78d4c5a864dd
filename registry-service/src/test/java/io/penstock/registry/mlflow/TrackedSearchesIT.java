package io.penstock.registry.mlflow;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.Dataset;
import io.penstock.proto.mlflow.v1.DatasetInput;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc.LoggedModelServiceBlockingStub;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.RestoreRunRequest;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.SearchExperimentsRequest;
import io.penstock.proto.mlflow.v1.SearchLoggedModelsRequest;
import io.penstock.proto.mlflow.v1.SearchModelVersionsRequest;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsRequest;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.SetTagRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceBlockingStub;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.testkit.ServiceExtension;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TrackedSearchesIT {

  @RegisterExtension static final ServiceExtension registry = ServiceExtension.of("registry");

  private static final List<Double> VALUES =
      List.of(-2.0, -1.0, 0.0, 1.0, 2.0, Double.NaN, Double.POSITIVE_INFINITY);

  private TrackingServiceBlockingStub tracking;
  private LoggedModelServiceBlockingStub models;

  @BeforeEach
  void connect() {
    var channel = registry.channel("ada", "data-scientist");
    tracking = TrackingServiceGrpc.newBlockingStub(channel);
    models = LoggedModelServiceGrpc.newBlockingStub(channel);
  }

  private String experiment(String name) {
    return tracking
        .createExperiment(CreateExperimentRequest.newBuilder().setName(name).build())
        .getExperimentId();
  }

  private String run(String experiment, double accuracy) {
    var run =
        tracking
            .createRun(
                CreateRunRequest.newBuilder()
                    .setExperimentId(experiment)
                    .setStartTime((long) (accuracy * 100))
                    .addTags(Tag.newBuilder().setKey("team").setValue("red"))
                    .build())
            .getRun()
            .getInfo()
            .getRunId();
    var _ =
        tracking.logBatch(
            LogBatchRequest.newBuilder()
                .setRunId(run)
                .addMetrics(
                    Metric.newBuilder().setKey("acc").setValue(accuracy).setTimestamp(1).setStep(0))
                .build());
    return run;
  }

  /// Logs, tags, links, ends, takes up again, deletes and restores runs at random: searches by
  /// value see at each moment what the runs themselves tell, and what lies beside them is what they
  /// logged.
  @Test
  void searchRuns_whateverHappensToThem_findsTheirNewestValues() {
    var id = experiment("lively");
    var random = new Random(7);
    var runs = Stream.generate(() -> run(id, 0)).limit(6).toList();
    for (int step = 1; step <= 150; step++) {
      happen(random, runs.get(random.nextInt(runs.size())), step);
      double limit = random.nextInt(5) - 2.5;
      assertThat(found(id, "metrics.acc > " + limit))
          .as("step %d", step)
          .isEqualTo(having(id, value -> value > limit));
      assertThat(found(id, "metrics.acc <= " + limit)).isEqualTo(having(id, it -> it <= limit));
      assertThat(outOfDate()).as("step %d", step).isEmpty();
    }
  }

  private static List<String> outOfDate() {
    return registry
        .bean(Jdbi.class)
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        select run_id from run
                        where entries::text is distinct from case when settled then run_entries(id)::text end
                          or settled <> (status = 'FINISHED')""")
                    .mapTo(String.class)
                    .list());
  }

  private void happen(Random random, String run, int step) {
    var info = tracking.getRun(GetRunRequest.newBuilder().setRunId(run).build()).getRun().getInfo();
    if (!info.getLifecycleStage().equals("active")) {
      var _ = tracking.restoreRun(RestoreRunRequest.newBuilder().setRunId(run).build());
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1 -> update(run, RunStatus.FINISHED, "");
      case 2 -> update(run, RunStatus.RUNNING, "");
      case 3 -> update(run, RunStatus.FINISHED, "renamed " + step);
      case 4 -> {
        var _ = tracking.deleteRun(DeleteRunRequest.newBuilder().setRunId(run).build());
      }
      case 5 -> {
        var tag = SetTagRequest.newBuilder().setRunId(run).setKey("team").setValue("t" + step);
        var _ = tracking.setTag(tag.build());
      }
      case 6 -> {
        var param = Param.newBuilder().setKey("p" + step).setValue("\"\\\n\u00fc\ud83e\udd86");
        var _ =
            tracking.logBatch(LogBatchRequest.newBuilder().setRunId(run).addParams(param).build());
      }
      case 7 -> {
        var data =
            Dataset.newBuilder()
                .setName("d" + step)
                .setDigest("1")
                .setSourceType("local")
                .setSource("{}");
        var _ =
            tracking.logInputs(
                LogInputsRequest.newBuilder()
                    .setRunId(run)
                    .addDatasets(DatasetInput.newBuilder().setDataset(data))
                    .build());
      }
      default -> log(run, VALUES.get(random.nextInt(VALUES.size())), step);
    }
  }

  private void update(String run, RunStatus status, String name) {
    var update = UpdateRunRequest.newBuilder().setRunId(run).setStatus(status);
    if (!name.isEmpty()) {
      update.setRunName(name);
    }
    var _ = tracking.updateRun(update.build());
  }

  private void log(String run, double value, int step) {
    var metric = Metric.newBuilder().setKey("acc").setValue(value).setTimestamp(1).setStep(step);
    var _ =
        tracking.logBatch(LogBatchRequest.newBuilder().setRunId(run).addMetrics(metric).build());
  }

  private Set<String> found(String experiment, String filter) {
    return runs(experiment, filter).map(run -> run.getInfo().getRunId()).collect(toSet());
  }

  private Set<String> having(String experiment, DoublePredicate condition) {
    return runs(experiment, "")
        .filter(run -> condition.test(run.getData().getMetrics(0).getValue()))
        .map(run -> run.getInfo().getRunId())
        .collect(toSet());
  }

  private Stream<Run> runs(String experiment, String filter) {
    var request =
        SearchRunsRequest.newBuilder().addExperimentIds(experiment).setFilter(filter).build();
    return tracking.searchRuns(request).getRunsList().stream();
  }

  @Test
  void searchRuns_byMetricAndTag_givesWholeRunsPageByPage() {
    var id = experiment("searched");
    run(id, 0.1);
    var good = run(id, 0.5);
    var best = run(id, 0.9);
    var request =
        SearchRunsRequest.newBuilder()
            .addExperimentIds(id)
            .setFilter("metrics.acc > 0.2 AND (tags.team = 'red' OR tags.team = 'blue')")
            .addOrderBy("metrics.acc DESC")
            .setMaxResults(1);

    var first = tracking.searchRuns(request.build());
    var second = tracking.searchRuns(request.setPageToken(first.getNextPageToken()).build());

    assertThat(first.getRuns(0).getInfo().getRunId()).isEqualTo(best);
    assertThat(first.getRuns(0).getData().getMetrics(0).getValue()).isEqualTo(0.9);
    assertThat(second.getRuns(0).getInfo().getRunId()).isEqualTo(good);
    assertThat(second.hasNextPageToken()).isFalse();
  }

  @Test
  void searchRuns_mistake_isInvalidParameterValue() {
    assertThatThrownBy(
            () ->
                tracking.searchRuns(SearchRunsRequest.newBuilder().setFilter("m.acc > 1").build()))
        .hasMessageContaining("Invalid entity type 'm'. Valid values are");
  }

  @Test
  void searchExperiments_byName_findsIt() {
    experiment("flights of 2001");

    var found =
        tracking.searchExperiments(
            SearchExperimentsRequest.newBuilder().setFilter("name LIKE 'flights%'").build());

    assertThat(found.getExperimentsList())
        .singleElement()
        .satisfies(one -> assertThat(one.getName()).isEqualTo("flights of 2001"));
  }

  @Test
  void searchRegisteredModels_byTags_findsWhatHasThemAll() {
    var registered =
        ModelRegistryServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    var _ =
        registered.createRegisteredModel(
            CreateRegisteredModelRequest.newBuilder()
                .setName("Wald & Wiese")
                .addTags(Tag.newBuilder().setKey("team").setValue("red"))
                .addTags(Tag.newBuilder().setKey("task").setValue("sort"))
                .build());

    var found =
        registered.searchRegisteredModels(
            SearchRegisteredModelsRequest.newBuilder()
                .setFilter("tags.team = 'red' AND tags.task = 'sort'")
                .build());

    assertThat(found.getRegisteredModelsList())
        .singleElement()
        .satisfies(model -> assertThat(model.getName()).isEqualTo("Wald & Wiese"));
    assertThat(
            registered
                .searchModelVersions(
                    SearchModelVersionsRequest.newBuilder()
                        .setFilter("name = 'Wald & Wiese'")
                        .build())
                .getModelVersionsList())
        .isEmpty();
  }

  @Test
  void searchLoggedModels_byName_findsIt() {
    var id = experiment("logged");
    var _ =
        models.createLoggedModel(
            CreateLoggedModelRequest.newBuilder().setExperimentId(id).setName("forest").build());

    var found =
        models.searchLoggedModels(
            SearchLoggedModelsRequest.newBuilder()
                .addExperimentIds(id)
                .setFilter("name = 'forest' AND status = 'PENDING'")
                .build());

    assertThat(found.getModelsList()).hasSize(1);
  }
}
