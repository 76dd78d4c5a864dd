package io.penstock.registry.migration;

import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryResponse;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.RunInfo;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceImplBase;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.registry.migration.ImportJob.Count;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;

/// Copies one run. A run that was half copied before is found by its tag and written over: nothing
/// of what is written here can be there twice.
final class RunImport {

  private static final String KIND = "runs";
  private static final int PARAMS_A_CALL = 100;
  private static final int POINTS_A_CALL = 1_000;
  private static final String LOCAL_SCHEME = "mlflow-artifacts:/";

  private final ImportSession session;
  private final TrackingServiceImplBase tracking;
  private final FileImport files;

  RunImport(ImportSession session, TrackingServiceImplBase tracking, FileImport files) {
    this.session = session;
    this.tracking = tracking;
    this.files = files;
  }

  void copy(Run run, String experiment) throws IOException, InterruptedException {
    var id = run.getInfo().getRunId();
    if (session.imported(KIND, id).isPresent()) {
      session.progress().add(Count.SKIPPED, 1);
      return;
    }
    var local = findOrCreate(run, experiment);
    copyEntries(run, local.getRunId());
    copyHistory(run, local.getRunId());
    copyInputs(run, local.getRunId());
    if (!session.job().skipArtifacts()) {
      files.ofRun(id, local.getArtifactUri().substring(LOCAL_SCHEME.length()));
    }
    end(run.getInfo(), local.getRunId());
    session.markImported(KIND, id, local.getRunId());
    session.progress().add(Count.RUNS, 1);
  }

  private RunInfo findOrCreate(Run run, String experiment) throws InterruptedException {
    var tag = session.tag(KIND, run.getInfo().getRunId());
    var half =
        session
            .jdbi()
            .withHandle(
                handle -> ImportRepository.runTagged(handle, ImportSession.SOURCE_TAG, tag));
    return half.isPresent() ? get(half.get()) : create(run.getInfo(), experiment, tag);
  }

  private RunInfo get(String id) throws InterruptedException {
    var request = GetRunRequest.newBuilder().setRunId(id).build();
    return session.local().call(tracking::getRun, request).getRun().getInfo();
  }

  private RunInfo create(RunInfo run, String experiment, String tag) throws InterruptedException {
    var request =
        CreateRunRequest.newBuilder()
            .setExperimentId(experiment)
            .setUserId(run.getUserId())
            .setStartTime(run.getStartTime())
            .addTags(Tag.newBuilder().setKey(ImportSession.SOURCE_TAG).setValue(tag));
    if (!run.getRunName().isEmpty()) {
      request.setRunName(run.getRunName());
    }
    return session.local().call(tracking::createRun, request.build()).getRun().getInfo();
  }

  private void copyEntries(Run run, String local) throws InterruptedException {
    var params = run.getData().getParamsList();
    for (int at = 0; at < params.size(); at += PARAMS_A_CALL) {
      log(batch(local).addAllParams(part(params, at, PARAMS_A_CALL)));
    }
    var tags = run.getData().getTagsList();
    for (int at = 0; at < tags.size(); at += PARAMS_A_CALL) {
      log(batch(local).addAllTags(part(tags, at, PARAMS_A_CALL)));
    }
  }

  private static <T> List<T> part(List<T> all, int from, int most) {
    return all.subList(from, Math.min(all.size(), from + most));
  }

  private static LogBatchRequest.Builder batch(String run) {
    return LogBatchRequest.newBuilder().setRunId(run);
  }

  private void log(LogBatchRequest.Builder batch) throws InterruptedException {
    var _ = session.local().call(tracking::logBatch, batch.build());
  }

  private void copyHistory(Run run, String local) throws IOException, InterruptedException {
    for (var metric : run.getData().getMetricsList()) {
      copyHistory(run.getInfo().getRunId(), metric.getKey(), local);
    }
  }

  private void copyHistory(String run, String key, String local)
      throws IOException, InterruptedException {
    var query = new LinkedHashMap<String, Object>();
    query.put("run_id", run);
    query.put("metric_key", key);
    query.put("max_results", POINTS_A_CALL);
    String next;
    do {
      var page =
          session.source().get("metrics/get-history", query, GetMetricHistoryResponse.newBuilder());
      logPoints(page.getMetricsList(), local);
      next = page.getNextPageToken();
      query.put("page_token", next);
    } while (!next.isEmpty());
  }

  // An old server knows no pages and answers with everything.
  private void logPoints(List<Metric> points, String local) throws InterruptedException {
    for (int at = 0; at < points.size(); at += POINTS_A_CALL) {
      var part = part(points, at, POINTS_A_CALL);
      log(batch(local).addAllMetrics(part));
      session.progress().add(Count.METRIC_POINTS, part.size());
    }
  }

  private void copyInputs(Run run, String local) throws InterruptedException {
    var inputs = run.getInputs().getDatasetInputsList();
    if (!inputs.isEmpty()) {
      var request = LogInputsRequest.newBuilder().setRunId(local).addAllDatasets(inputs).build();
      var _ = session.local().call(tracking::logInputs, request);
    }
  }

  private void end(RunInfo run, String local) throws InterruptedException {
    if (run.getStatus() != RunStatus.RUNNING) {
      var request = UpdateRunRequest.newBuilder().setRunId(local).setStatus(run.getStatus());
      if (run.hasEndTime()) {
        request.setEndTime(run.getEndTime());
      }
      var _ = session.local().call(tracking::updateRun, request.build());
    }
    if (run.getLifecycleStage().equals("deleted")) {
      var request = DeleteRunRequest.newBuilder().setRunId(local).build();
      var _ = session.local().call(tracking::deleteRun, request);
    }
  }
}
