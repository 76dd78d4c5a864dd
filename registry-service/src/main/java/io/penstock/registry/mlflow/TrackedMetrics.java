package io.penstock.registry.mlflow;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryResponse;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.MetricHistory;
import io.penstock.registry.experiment.MetricHistory.Steps;
import io.penstock.registry.metric.MetricPoint;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Histories of metrics with MLflow's limits and refusals.
@Singleton
final class TrackedMetrics {

  // Who asks for everything gets it, as far as one message holds it; a token tells of the rest.
  private static final int MOST = 50_000;
  private static final PageLimits PAGES = new PageLimits(MOST, MOST);
  private static final int MOST_RUNS = 100;
  private static final int MOST_POINTS = 25_000;
  private static final int MOST_OF_RUN = 2_500;

  private final MetricHistory history;

  TrackedMetrics(MetricHistory history) {
    this.history = history;
  }

  GetMetricHistoryResponse get(GetMetricHistoryRequest request) {
    if (request.hasMaxResults() && request.getMaxResults() <= 0) {
      throw MlflowFailure.invalid(
          "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer."
              .formatted(request.getMaxResults()));
    }
    var run = TrackedRuns.id(request.getRunId(), request.getRunUuid());
    var page = page(run, request);
    var response =
        GetMetricHistoryResponse.newBuilder()
            .addAllMetrics(page.rows().stream().map(TrackingProtos::toProto).toList());
    if (!page.nextToken().isEmpty()) {
      response.setNextPageToken(page.nextToken());
    }
    return response.build();
  }

  private Page<MetricPoint> page(String run, GetMetricHistoryRequest request) {
    return asLogged(run, request).orElseGet(() -> inTime(run, request));
  }

  // MLflow's Java client asks for this many, breaks on a second page and expects the order in which
  // it logged: the server of its time gave it the lines of a file.
  private Optional<Page<MetricPoint>> asLogged(String run, GetMetricHistoryRequest request) {
    return isJava(request)
        ? history.asLogged(run, request.getMetricKey(), MOST).map(points -> new Page<>(points, ""))
        : Optional.empty();
  }

  private static boolean isJava(GetMetricHistoryRequest request) {
    return request.getMaxResults() == MOST_POINTS && request.getPageToken().isEmpty();
  }

  private Page<MetricPoint> inTime(String run, GetMetricHistoryRequest request) {
    var key = request.getMetricKey();
    int most = request.getMaxResults() == MOST_POINTS ? 0 : request.getMaxResults();
    return history.page(
        run, key, PAGES.request("metrics/" + run + "/" + key, most, request.getPageToken()));
  }

  GetMetricHistoryBulkResponse get(GetMetricHistoryBulkRequest request) {
    checkRuns(request.getRunIdCount());
    if (request.getMetricKey().isEmpty()) {
      throw MlflowFailure.invalid("GetMetricHistoryBulk request must specify a metric_key.");
    }
    int most = request.hasMaxResults() ? request.getMaxResults() : MOST_POINTS;
    var points =
        history.of(
            request.getRunIdList(), request.getMetricKey(), Math.clamp(most, 0, MOST_POINTS));
    return GetMetricHistoryBulkResponse.newBuilder()
        .addAllMetrics(points.stream().map(TrackingProtos::toProto).toList())
        .build();
  }

  private static void checkRuns(int count) {
    if (count == 0) {
      throw MlflowFailure.invalid("GetMetricHistoryBulk request must specify at least one run_id.");
    }
    if (count > MOST_RUNS) {
      throw MlflowFailure.invalid(
          "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids."
              .formatted(MOST_RUNS, count));
    }
  }

  GetMetricHistoryBulkIntervalResponse get(GetMetricHistoryBulkIntervalRequest request) {
    int count = request.getRunIdsCount();
    if (count > MOST_RUNS) {
      throw MlflowFailure.invalid(
          "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids. See the API docs for more information about request parameters."
              .formatted(MOST_RUNS, count));
    }
    int most = request.hasMaxResults() ? request.getMaxResults() : MOST_OF_RUN;
    if (most < 1 || most > MOST_OF_RUN) {
      throw MlflowFailure.invalid(
          "max_results must be between 1 and %d. See the API docs for more information about request parameters."
              .formatted(MOST_OF_RUN));
    }
    List<MetricHistory.Measured> points =
        history.sampled(request.getRunIdsList(), request.getMetricKey(), steps(request), most);
    return GetMetricHistoryBulkIntervalResponse.newBuilder()
        .addAllMetrics(points.stream().map(TrackingProtos::toProto).toList())
        .build();
  }

  private static Steps steps(GetMetricHistoryBulkIntervalRequest request) {
    if (request.hasStartStep() != request.hasEndStep()) {
      throw MlflowFailure.invalid(
          "If either start step or end step are specified, both must be specified.");
    }
    if (!request.hasStartStep()) {
      return Steps.ALL;
    }
    if (request.getStartStep() > request.getEndStep()) {
      throw MlflowFailure.invalid(
          "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
              .formatted(request.getStartStep(), request.getEndStep()));
    }
    return new Steps(request.getStartStep(), request.getEndStep());
  }
}
