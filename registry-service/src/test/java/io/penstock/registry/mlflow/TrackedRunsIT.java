package io.penstock.registry.mlflow;

import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static io.penstock.registry.mlflow.Refusals.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.DeleteTagRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogModelRequest;
import io.penstock.proto.mlflow.v1.RestoreRunRequest;
import io.penstock.proto.mlflow.v1.RunOutputs;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.registry.RegistryClient;
import org.junit.jupiter.api.Test;

class TrackedRunsIT extends TrackingFixture {

  @Test
  void createRun_withNothing_getsANameAndAPlace() {
    var run = mlflow.createRun(CreateRunRequest.getDefaultInstance()).getRun();
    assertThat(run.getInfo().getExperimentId()).isEqualTo("0");
    assertThat(run.getInfo().getRunUuid()).isEqualTo(run.getInfo().getRunId());
    assertThat(run.getInfo().getRunName()).matches("[a-z]+-[a-z]+-[0-9]+");
    assertThat(run.getInfo().getStatus()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.getData().getTagsList())
        .containsExactly(tag("mlflow.runName", run.getInfo().getRunName()));
    // What a run made is told to those who read it, be it nothing.
    assertThat(run(run.getInfo().getRunId()))
        .isEqualTo(run.toBuilder().setOutputs(RunOutputs.getDefaultInstance()).build());
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
    assertInvalid(
        () -> mlflow.createRun(request.setRunName("other").build()),
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
    assertInvalid(() -> logMetric(id, "m", 1, 0, 0), text);
    assertInvalid(
        () -> mlflow.updateRun(UpdateRunRequest.newBuilder().setRunId(id).setEndTime(1).build()),
        text);
    var _ = mlflow.restoreRun(RestoreRunRequest.newBuilder().setRunId(id).build());
    logMetric(id, "m", 1, 0, 0);
  }

  @Test
  void anyCall_onNoRun_saysSo() {
    var text = "Run with id=nowhere not found";
    assertMissing(() -> run("nowhere"), text);
    assertMissing(() -> logMetric("nowhere", "m", 1, 0, 0), text);
    assertMissing(
        () -> mlflow.logBatch(LogBatchRequest.newBuilder().setRunId("nowhere").build()), text);
  }

  @Test
  void tags_areSetAndDeleted() {
    var id = newRun("0").getInfo().getRunId();
    var _ = mlflow.setTag(setTag(id, "k", ""));
    var delete = DeleteTagRequest.newBuilder().setRunId(id).setKey("k").build();
    var _ = mlflow.deleteTag(delete);
    assertMissing(() -> mlflow.deleteTag(delete), "No tag with name: k in run with id " + id);
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
    assertInvalid(
        () -> mlflow.logModel(request.setModelJson("{\"flavors\": {}, \"run_id\": \"x\"}").build()),
        "Model json is missing mandatory fields: {'artifact_path', 'utc_time_created'}");
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
}
