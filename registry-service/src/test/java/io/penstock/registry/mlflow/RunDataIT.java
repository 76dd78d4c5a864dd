package io.penstock.registry.mlflow;

import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogParamRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// What runs measured and were given, by one writer and by many.
class RunDataIT extends TrackingFixture {

  @Test
  void logParam_again_isFineWithTheSameValueOnly() {
    var id = newRun("0").getInfo().getRunId();
    var param = LogParamRequest.newBuilder().setRunId(id).setKey("depth").setValue("3");
    var _ = mlflow.logParam(param.build());
    var _ = mlflow.logParam(param.build());
    assertInvalid(
        () -> mlflow.logParam(param.setValue("5").build()),
        "Changing param values is not allowed. Param with key='depth' was already logged with value='3' for run ID='%s'. Attempted logging new value '5'."
            .formatted(id));
    assertInvalid(
        () ->
            mlflow.logBatch(
                LogBatchRequest.newBuilder()
                    .setRunId(id)
                    .addParams(Param.newBuilder().setKey("depth").setValue("it's"))
                    .addTags(tag("left", "behind"))
                    .build()),
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
    assertInvalid(
        () -> mlflow.logBatch(metrics.build()),
        "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up metrics across multiple requests and try again.");
    metrics.removeMetrics(0).addTags(tag("one", "more"));
    assertInvalid(
        () -> mlflow.logBatch(metrics.build()),
        "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. Please split up metrics, params, and tags across multiple requests and try again.");
    var twice = Param.newBuilder().setKey("a").setValue("1").build();
    assertInvalid(
        () ->
            mlflow.logBatch(
                LogBatchRequest.newBuilder()
                    .setRunId(id)
                    .addParams(twice)
                    .addParams(twice)
                    .build()),
        "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key.");
  }

  @Test
  void badKeys_areRefusedInMlflowsWords() {
    var id = newRun("0").getInfo().getRunId();
    assertInvalid(
        () -> logMetric(id, "../x", 1, 0, 0),
        "Invalid value \"../x\" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '../x'");
    assertInvalid(
        () -> logMetric(id, "a\"é", 1, 0, 0),
        "Invalid value \"a\\\"\\u00e9\" for parameter 'name' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    assertInvalid(
        () -> logMetric(id, "ok", 1.5, -1, 0),
        "Invalid value -1 for parameter 'timestamp' supplied: metric 'ok' (value=1.5). Timestamp must be a nonnegative long (64-bit integer) ");
    assertInvalid(
        () -> logMetric(id, "k".repeat(251), 1, 0, 0),
        "'Metric name' exceeds the maximum length of 250 characters");
    assertInvalid(
        () -> mlflow.setTag(setTag(id, "k", "v".repeat(8001))),
        "'value' exceeds the maximum length of 8000 characters");
    assertInvalid(() -> mlflow.setTag(setTag(id, "k", "nul\0")), "'value' holds a NUL character");
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
  void history_askedAsTheJavaClientDoes_isInTheOrderOfLogging() {
    var id = newRun("0").getInfo().getRunId();
    logMetric(id, "m", 2, 30, 0);
    logMetric(id, "m", 1, 30, 0);
    logMetric(id, "m", 3, 10, 4);
    var batch = LogBatchRequest.newBuilder().setRunId(id);
    batch.addMetrics(metric("m", 9, 20, 2)).addMetrics(metric("m", 8, 15, 1));
    var _ = mlflow.logBatch(batch.build());
    assertThat(history(id, "m", 25_000, ""))
        .extracting(Metric::getValue)
        .containsExactly(2.0, 1.0, 3.0, 8.0, 9.0);
    assertThat(history(id, "m", 24_999, ""))
        .extracting(Metric::getValue)
        .containsExactly(3.0, 8.0, 9.0, 1.0, 2.0);
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
    assertInvalid(
        () -> mlflow.getMetricHistoryBulkInterval(request.setMaxResults(2501).build()),
        "max_results must be between 1 and 2500. See the API docs for more information about request parameters.");
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

  private List<Metric> history(String run, String key, int most, String token) {
    var request = GetMetricHistoryRequest.newBuilder().setRunId(run).setMetricKey(key);
    if (most > 0) {
      request.setMaxResults(most).setPageToken(token);
    }
    return mlflow.getMetricHistory(request.build()).getMetricsList();
  }
}
