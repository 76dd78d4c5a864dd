package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.DeleteTagRequest;
import io.penstock.proto.mlflow.v1.Experiment;
import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.GetExperimentRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.LogModelRequest;
import io.penstock.proto.mlflow.v1.LogParamRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.RestoreExperimentRequest;
import io.penstock.proto.mlflow.v1.RestoreRunRequest;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.SetExperimentTagRequest;
import io.penstock.proto.mlflow.v1.SetTagRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.UpdateExperimentRequest;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private TrackingServiceGrpc.TrackingServiceBlockingStub mlflow;

  @BeforeEach
  void connect() {
    mlflow = TrackingServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
  }

  @Test
  void defaultExperiment_isThere() {
    var found = experiment("0");
    assertThat(found.getName()).isEqualTo("Default");
    assertThat(found.getArtifactLocation()).isEqualTo("mlflow-artifacts:/0");
    assertThat(found.getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void createExperiment_ofAnyUnicode_isFoundByIdAndName() {
    var name = RegistryClient.unique("飛行機 ✈");
    var id =
        mlflow
            .createExperiment(
                CreateExperimentRequest.newBuilder().setName(name).addTags(tag("a", "b")).build())
            .getExperimentId();
    assertThat(id).matches("[0-9]+");
    var found = experiment(id);
    assertThat(found.getName()).isEqualTo(name);
    assertThat(found.getArtifactLocation()).isEqualTo("mlflow-artifacts:/" + id);
    assertThat(found.getTagsList()).containsExactly(tag("a", "b"));
    assertThat(
            mlflow
                .getExperimentByName(
                    GetExperimentByNameRequest.newBuilder().setExperimentName(name).build())
                .getExperiment())
        .isEqualTo(found);
  }

  @Test
  void createExperiment_ofATakenName_isRefused_evenOfADeletedOne() {
    var name = RegistryClient.unique("taken");
    var id = newExperiment(name);
    refused(
        () -> newExperiment(name),
        ALREADY_EXISTS,
        "RESOURCE_ALREADY_EXISTS",
        "Experiment(name=%s) already exists.".formatted(name));
    delete(id);
    refused(
        () -> newExperiment(name),
        ALREADY_EXISTS,
        "RESOURCE_ALREADY_EXISTS",
        "Experiment(name=%s) already exists.".formatted(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc",
        "/etc/passwd",
        "relative",
        "C:\\models",
        "C:/models",
        "runs:/abc/model",
        "mlflow-artifacts:/a/../../b",
        "mlflow-artifacts:/%2e%2e/b",
        "mlflow-artifacts:/%252e%252e/b",
        "s3://bucket/a#../../b",
        "s3://bucket/a?x=../..",
        "s3://bucket/\u0007",
        "s3://bucket/%00",
        "FILE:/x",
        "s3://bucket\\..\\x",
        "mlflow-artifacts:/a/%2E%2e%2fb"
      })
  void createExperiment_atAPlaceThatLeadsElsewhere_isRefused(String location) {
    var request =
        CreateExperimentRequest.newBuilder()
            .setName(RegistryClient.unique("x"))
            .setArtifactLocation(location)
            .build();
    assertThatThrownBy(() -> mlflow.createExperiment(request))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/a b/c", "gs://x", "mlflow-artifacts:/mine", "hdfs://h:1/p"})
  void createExperiment_atARemotePlace_keepsIt(String location) {
    var id =
        mlflow
            .createExperiment(
                CreateExperimentRequest.newBuilder()
                    .setName(RegistryClient.unique("x"))
                    .setArtifactLocation(location)
                    .build())
            .getExperimentId();
    var run = newRun(id);
    assertThat(run.getInfo().getArtifactUri())
        .isEqualTo(location + "/" + run.getInfo().getRunId() + "/artifacts");
  }

  @Test
  void deleteExperiment_takesItsRunsAlong_andRestoreBringsThemBack() {
    var id = newExperiment(RegistryClient.unique("gone"));
    var run = newRun(id).getInfo().getRunId();
    delete(id);
    assertThat(experiment(id).getLifecycleStage()).isEqualTo("deleted");
    assertThat(run(run).getInfo().getLifecycleStage()).isEqualTo("deleted");
    refused(
        () -> newRun(id),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "The experiment %s must be in the 'active' state. Current state is deleted.".formatted(id));
    refused(
        () -> delete(id),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "No Experiment with id=%s exists".formatted(id));
    var _ =
        mlflow.restoreExperiment(RestoreExperimentRequest.newBuilder().setExperimentId(id).build());
    assertThat(run(run).getInfo().getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void updateExperiment_renames_unlessTheNameIsTaken() {
    var id = newExperiment(RegistryClient.unique("before"));
    var after = RegistryClient.unique("after");
    var taken = RegistryClient.unique("taken");
    var _ = newExperiment(taken);
    var _ = mlflow.updateExperiment(rename(id, after));
    assertThat(experiment(id).getName()).isEqualTo(after);
    assertThatThrownBy(() -> mlflow.updateExperiment(rename(id, taken)))
        .satisfies(Failures.with(ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS"));
    delete(id);
    assertThatThrownBy(() -> mlflow.updateExperiment(rename(id, "x")))
        .hasMessageContaining("Cannot rename a non-active experiment.");
  }

  @Test
  void experimentTags_areSetAndDeleted() {
    var id = newExperiment(RegistryClient.unique("tags"));
    var set =
        SetExperimentTagRequest.newBuilder().setExperimentId(id).setKey("k").setValue("v").build();
    var _ = mlflow.setExperimentTag(set);
    var _ = mlflow.setExperimentTag(set.toBuilder().clearValue().build());
    assertThat(experiment(id).getTagsList()).containsExactly(tag("k", ""));
    var delete = DeleteExperimentTagRequest.newBuilder().setExperimentId(id).setKey("k").build();
    var _ = mlflow.deleteExperimentTag(delete);
    refused(
        () -> mlflow.deleteExperimentTag(delete),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "No tag with name: k in experiment with id " + id);
  }

  @Test
  void createRun_withNothing_getsANameAndAPlace() {
    var run = mlflow.createRun(CreateRunRequest.getDefaultInstance()).getRun();
    assertThat(run.getInfo().getExperimentId()).isEqualTo("0");
    assertThat(run.getInfo().getRunUuid()).isEqualTo(run.getInfo().getRunId());
    assertThat(run.getInfo().getRunName()).matches("[a-z]+-[a-z]+-[0-9]+");
    assertThat(run.getInfo().getStatus()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.getData().getTagsList())
        .containsExactly(tag("mlflow.runName", run.getInfo().getRunName()));
    assertThat(run(run.getInfo().getRunId())).isEqualTo(run);
  }

  @Test
  void createRun_withAName_agreesWithItsTag() {
    var request =
        CreateRunRequest.newBuilder()
            .setExperimentId("0")
            .setStartTime(1234)
            .addTags(tag("mlflow.user", "grace"))
            .addTags(tag("mlflow.runName", "mine"));
    var run = mlflow.createRun(request.build()).getRun();
    assertThat(run.getInfo().getRunName()).isEqualTo("mine");
    assertThat(run.getInfo().getUserId()).isEqualTo("grace");
    assertThat(run.getInfo().getStartTime()).isEqualTo(1234);
    refused(
        () -> mlflow.createRun(request.setRunName("other").build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='other', mlflow.runName='mine').");
  }

  @Test
  void updateRun_changesWhatItNames() {
    var id = newRun("0").getInfo().getRunId();
    var info =
        mlflow
            .updateRun(
                UpdateRunRequest.newBuilder()
                    .setRunId(id)
                    .setStatus(RunStatus.KILLED)
                    .setEndTime(99)
                    .setRunName("renamed")
                    .build())
            .getRunInfo();
    assertThat(info.getStatus()).isEqualTo(RunStatus.KILLED);
    assertThat(info.getEndTime()).isEqualTo(99);
    var read = run(id);
    assertThat(read.getInfo()).isEqualTo(info);
    assertThat(read.getData().getTagsList()).containsExactly(tag("mlflow.runName", "renamed"));
    var _ = mlflow.setTag(setTag(id, "mlflow.runName", "again"));
    assertThat(run(id).getInfo().getRunName()).isEqualTo("again");
    logMetric(id, "late", 1, 0, 0);
    assertThat(run(id).getData().getMetricsCount()).isEqualTo(1);
  }

  @Test
  void deletedRun_takesNothing_untilItIsRestored() {
    var id = newRun("0").getInfo().getRunId();
    var _ = mlflow.deleteRun(DeleteRunRequest.newBuilder().setRunId(id).build());
    var text = "The run %s must be in the 'active' state. Current state is deleted.".formatted(id);
    refused(() -> logMetric(id, "m", 1, 0, 0), INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE", text);
    refused(
        () -> mlflow.updateRun(UpdateRunRequest.newBuilder().setRunId(id).setEndTime(1).build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        text);
    var _ = mlflow.restoreRun(RestoreRunRequest.newBuilder().setRunId(id).build());
    logMetric(id, "m", 1, 0, 0);
  }

  @Test
  void anyCall_onNoRun_saysSo() {
    var text = "Run with id=nowhere not found";
    refused(() -> run("nowhere"), NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", text);
    refused(() -> logMetric("nowhere", "m", 1, 0, 0), NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", text);
    refused(
        () -> mlflow.logBatch(LogBatchRequest.newBuilder().setRunId("nowhere").build()),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        text);
  }

  @Test
  void logParam_again_isFineWithTheSameValueOnly() {
    var id = newRun("0").getInfo().getRunId();
    var param = LogParamRequest.newBuilder().setRunId(id).setKey("depth").setValue("3");
    var _ = mlflow.logParam(param.build());
    var _ = mlflow.logParam(param.build());
    refused(
        () -> mlflow.logParam(param.setValue("5").build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Changing param values is not allowed. Param with key='depth' was already logged with value='3' for run ID='%s'. Attempted logging new value '5'."
            .formatted(id));
    refused(
        () ->
            mlflow.logBatch(
                LogBatchRequest.newBuilder()
                    .setRunId(id)
                    .addParams(Param.newBuilder().setKey("depth").setValue("it's"))
                    .addTags(tag("left", "behind"))
                    .build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Changing param values is not allowed. Params were already logged='[{'key': 'depth', 'old_value': '3', 'new_value': \"it's\"}]' for run ID='%s'."
            .formatted(id));
    assertThat(run(id).getData().getTagsList()).extracting(Tag::getKey).doesNotContain("left");
  }

  @Test
  void logBatch_beyondTheLimits_isRefused() {
    var id = newRun("0").getInfo().getRunId();
    var metrics = LogBatchRequest.newBuilder().setRunId(id);
    for (int i = 0; i < 1001; i++) {
      metrics.addMetrics(metric("m", i, i, i));
    }
    refused(
        () -> mlflow.logBatch(metrics.build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up metrics across multiple requests and try again.");
    metrics.removeMetrics(0).addTags(tag("one", "more"));
    refused(
        () -> mlflow.logBatch(metrics.build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. Please split up metrics, params, and tags across multiple requests and try again.");
    var twice = Param.newBuilder().setKey("a").setValue("1").build();
    refused(
        () ->
            mlflow.logBatch(
                LogBatchRequest.newBuilder()
                    .setRunId(id)
                    .addParams(twice)
                    .addParams(twice)
                    .build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key.");
  }

  @Test
  void badKeys_areRefusedInMlflowsWords() {
    var id = newRun("0").getInfo().getRunId();
    refused(
        () -> logMetric(id, "../x", 1, 0, 0),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Invalid value \"../x\" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '../x'");
    refused(
        () -> logMetric(id, "a\"é", 1, 0, 0),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Invalid value \"a\\\"\\u00e9\" for parameter 'name' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    refused(
        () -> logMetric(id, "ok", 1.5, -1, 0),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Invalid value -1 for parameter 'timestamp' supplied: metric 'ok' (value=1.5). Timestamp must be a nonnegative long (64-bit integer) ");
    refused(
        () -> logMetric(id, "k".repeat(251), 1, 0, 0),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "'Metric name' exceeds the maximum length of 250 characters");
    refused(
        () -> mlflow.setTag(setTag(id, "k", "v".repeat(8001))),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "'value' exceeds the maximum length of 8000 characters");
    refused(
        () -> mlflow.setTag(setTag(id, "k", "nul\0")),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "'value' holds a NUL character");
  }

  @Test
  void metrics_keepTheirHistory_andTheLatestByStepTimeAndValue() {
    var id = newRun("0").getInfo().getRunId();
    logMetric(id, "m", 1, 10, 0);
    logMetric(id, "m", Double.NaN, 20, -5);
    logMetric(id, "m", Double.POSITIVE_INFINITY, 5, 4);
    logMetric(id, "m", 7, 30, 4);
    logMetric(id, "m", 6, 30, 4);
    logMetric(id, "m", 6, 30, 4);
    assertThat(run(id).getData().getMetricsList()).containsExactly(metric("m", 7, 30, 4));
    var history = history(id, "m", 0, "");
    assertThat(history)
        .containsExactly(
            metric("m", Double.POSITIVE_INFINITY, 5, 4),
            metric("m", 1, 10, 0),
            metric("m", Double.NaN, 20, -5),
            metric("m", 6, 30, 4),
            metric("m", 7, 30, 4));
    var paged = new ArrayList<Metric>();
    var request = GetMetricHistoryRequest.newBuilder().setRunId(id).setMetricKey("m");
    var page = mlflow.getMetricHistory(request.setMaxResults(2).build());
    paged.addAll(page.getMetricsList());
    while (page.hasNextPageToken()) {
      page = mlflow.getMetricHistory(request.setPageToken(page.getNextPageToken()).build());
      paged.addAll(page.getMetricsList());
    }
    assertThat(paged).isEqualTo(history);
  }

  @Test
  void historyBulkInterval_isSampled_firstAndLastIncluded() {
    var ids = List.of(newRun("0").getInfo().getRunId(), newRun("0").getInfo().getRunId());
    for (var id : ids) {
      var batch = LogBatchRequest.newBuilder().setRunId(id);
      for (int step = 0; step < 1000; step++) {
        batch.addMetrics(metric("loss", step, step, step));
      }
      var _ = mlflow.logBatch(batch.build());
    }
    var request =
        GetMetricHistoryBulkIntervalRequest.newBuilder().addAllRunIds(ids).setMetricKey("loss");
    var sample = mlflow.getMetricHistoryBulkInterval(request.setMaxResults(10).build());
    assertThat(sample.getMetricsList()).hasSize(20);
    assertThat(sample.getMetricsList().subList(0, 10))
        .allSatisfy(point -> assertThat(point.getRunId()).isEqualTo(ids.getFirst()))
        .extracting(Metric::getStep)
        .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 999L);
    assertThat(
            mlflow
                .getMetricHistoryBulkInterval(
                    request.setStartStep(5).setEndStep(7).setMaxResults(2500).build())
                .getMetricsList())
        .extracting(Metric::getStep)
        .containsExactly(5L, 6L, 7L, 5L, 6L, 7L);
    assertThat(
            mlflow
                .getMetricHistoryBulk(
                    GetMetricHistoryBulkRequest.newBuilder()
                        .addAllRunId(ids)
                        .setMetricKey("loss")
                        .setMaxResults(1500)
                        .build())
                .getMetricsList())
        .hasSize(1500);
    refused(
        () -> mlflow.getMetricHistoryBulkInterval(request.setMaxResults(2501).build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "max_results must be between 1 and 2500. See the API docs for more information about request parameters.");
  }

  @Test
  void tags_areSetAndDeleted() {
    var id = newRun("0").getInfo().getRunId();
    var _ = mlflow.setTag(setTag(id, "k", ""));
    var delete = DeleteTagRequest.newBuilder().setRunId(id).setKey("k").build();
    var _ = mlflow.deleteTag(delete);
    refused(
        () -> mlflow.deleteTag(delete),
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        "No tag with name: k in run with id " + id);
  }

  @Test
  void logModel_appendsToTheHistory() {
    var id = newRun("0").getInfo().getRunId();
    var json =
        """
        {"artifact_path": "model", "run_id": "%s", "utc_time_created": "now", "secret": 1,
         "flavors": {"onnx": {"config": {"x": 1}, "data": "model.onnx"}}}"""
            .formatted(id);
    var request = LogModelRequest.newBuilder().setRunId(id).setModelJson(json);
    var _ = mlflow.logModel(request.build());
    var _ = mlflow.logModel(request.build());
    var entry =
        "{\"run_id\":\"%s\",\"artifact_path\":\"model\",\"utc_time_created\":\"now\",\"flavors\":{\"onnx\":{\"data\":\"model.onnx\"}}}"
            .formatted(id);
    assertThat(run(id).getData().getTagsList())
        .contains(tag("mlflow.log-model.history", "[" + entry + "," + entry + "]"));
    refused(
        () -> mlflow.logModel(request.setModelJson("{\"flavors\": {}, \"run_id\": \"x\"}").build()),
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        "Model json is missing mandatory fields: {'artifact_path', 'utc_time_created'}");
  }

  @Test
  void twoHundredWriters_onOneRun_loseNothing() throws Exception {
    var id = newRun("0").getInfo().getRunId();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Object>>();
      for (int writer = 0; writer < 200; writer++) {
        calls.add(writing(id, writer));
      }
      for (var call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    var read = run(id).getData();
    assertThat(read.getParamsCount()).isEqualTo(200);
    assertThat(read.getMetricsCount()).isEqualTo(10);
    assertThat(read.getMetricsList()).allSatisfy(m -> assertThat(m.getStep()).isEqualTo(199));
    assertThat(history(id, "key-3", 0, "")).hasSize(200);
  }

  // Each writer names the same metrics in another order, and repeats itself.
  private Callable<Object> writing(String run, int writer) {
    var batch = LogBatchRequest.newBuilder().setRunId(run);
    for (int i = 0; i < 10; i++) {
      batch.addMetrics(metric("key-" + (i * 7 + writer) % 10, writer, writer, writer));
    }
    batch.addParams(Param.newBuilder().setKey("writer-" + writer).setValue("x"));
    batch.addTags(tag("shared", "by " + writer));
    return () -> {
      var _ = mlflow.logBatch(batch.build());
      return mlflow.logBatch(batch.build());
    };
  }

  @Test
  void oneCallersConflict_failsNobodyElse() throws Exception {
    var id = newRun("0").getInfo().getRunId();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Boolean>>();
      for (int writer = 0; writer < 100; writer++) {
        var value = String.valueOf(writer % 2);
        var own = "own-" + writer;
        calls.add(() -> wins(id, value, own));
      }
      int winners = 0;
      for (var call : threads.invokeAll(calls)) {
        winners += call.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(50);
    }
    assertThat(run(id).getData().getParamsCount()).isEqualTo(51);
  }

  private boolean wins(String run, String value, String own) {
    try {
      var _ =
          mlflow.logBatch(
              LogBatchRequest.newBuilder()
                  .setRunId(run)
                  .addParams(Param.newBuilder().setKey("contested").setValue(value))
                  .addParams(Param.newBuilder().setKey(own).setValue("x"))
                  .build());
      return true;
    } catch (io.grpc.StatusRuntimeException e) {
      assertThat(e).hasMessageContaining("Changing param values is not allowed");
      return false;
    }
  }

  @Test
  void searchRuns_readsWholeRuns() {
    var experiment = newExperiment(RegistryClient.unique("search"));
    var id = newRun(experiment).getInfo().getRunId();
    logMetric(id, "auc", 0.9, 1, 1);
    var _ = newRun(experiment);
    var found =
        mlflow.searchRuns(
            SearchRunsRequest.newBuilder()
                .addExperimentIds(experiment)
                .setFilter("metrics.auc > 0.5")
                .build());
    assertThat(found.getRunsList()).containsExactly(run(id));
  }

  private void refused(ThrowingCallable call, Status.Code code, String reason, String message) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(code, reason, status -> assertThat(status.message()).isEqualTo(message)));
  }

  private String newExperiment(String name) {
    return mlflow
        .createExperiment(CreateExperimentRequest.newBuilder().setName(name).build())
        .getExperimentId();
  }

  private Experiment experiment(String id) {
    return mlflow
        .getExperiment(GetExperimentRequest.newBuilder().setExperimentId(id).build())
        .getExperiment();
  }

  private void delete(String id) {
    var _ =
        mlflow.deleteExperiment(DeleteExperimentRequest.newBuilder().setExperimentId(id).build());
  }

  private static UpdateExperimentRequest rename(String id, String name) {
    return UpdateExperimentRequest.newBuilder().setExperimentId(id).setNewName(name).build();
  }

  private Run newRun(String experiment) {
    return mlflow
        .createRun(CreateRunRequest.newBuilder().setExperimentId(experiment).build())
        .getRun();
  }

  private Run run(String id) {
    return mlflow.getRun(GetRunRequest.newBuilder().setRunId(id).build()).getRun();
  }

  private void logMetric(String run, String key, double value, long timeMs, long step) {
    var _ =
        mlflow.logMetric(
            LogMetricRequest.newBuilder()
                .setRunId(run)
                .setKey(key)
                .setValue(value)
                .setTimestamp(timeMs)
                .setStep(step)
                .build());
  }

  private List<Metric> history(String run, String key, int most, String token) {
    var request = GetMetricHistoryRequest.newBuilder().setRunId(run).setMetricKey(key);
    if (most > 0) {
      request.setMaxResults(most).setPageToken(token);
    }
    return mlflow.getMetricHistory(request.build()).getMetricsList();
  }

  private static Metric metric(String key, double value, long timeMs, long step) {
    return Metric.newBuilder()
        .setKey(key)
        .setValue(value)
        .setTimestamp(timeMs)
        .setStep(step)
        .build();
  }

  private static SetTagRequest setTag(String run, String key, String value) {
    return SetTagRequest.newBuilder().setRunId(run).setKey(key).setValue(value).build();
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }
}
