package io.penstock.registry.mlflow;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateExperimentResponse;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.CreateRunResponse;
import io.penstock.proto.mlflow.v1.DeleteExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentResponse;
import io.penstock.proto.mlflow.v1.DeleteExperimentTagRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentTagResponse;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.DeleteRunResponse;
import io.penstock.proto.mlflow.v1.DeleteTagRequest;
import io.penstock.proto.mlflow.v1.DeleteTagResponse;
import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.GetExperimentByNameResponse;
import io.penstock.proto.mlflow.v1.GetExperimentRequest;
import io.penstock.proto.mlflow.v1.GetExperimentResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryResponse;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.GetRunResponse;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogBatchResponse;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.LogInputsResponse;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.LogMetricResponse;
import io.penstock.proto.mlflow.v1.LogModelRequest;
import io.penstock.proto.mlflow.v1.LogModelResponse;
import io.penstock.proto.mlflow.v1.LogOutputsRequest;
import io.penstock.proto.mlflow.v1.LogOutputsResponse;
import io.penstock.proto.mlflow.v1.LogParamRequest;
import io.penstock.proto.mlflow.v1.LogParamResponse;
import io.penstock.proto.mlflow.v1.RestoreExperimentRequest;
import io.penstock.proto.mlflow.v1.RestoreExperimentResponse;
import io.penstock.proto.mlflow.v1.RestoreRunRequest;
import io.penstock.proto.mlflow.v1.RestoreRunResponse;
import io.penstock.proto.mlflow.v1.SearchDatasetsRequest;
import io.penstock.proto.mlflow.v1.SearchDatasetsResponse;
import io.penstock.proto.mlflow.v1.SearchExperimentsRequest;
import io.penstock.proto.mlflow.v1.SearchExperimentsResponse;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.SearchRunsResponse;
import io.penstock.proto.mlflow.v1.SetExperimentTagRequest;
import io.penstock.proto.mlflow.v1.SetExperimentTagResponse;
import io.penstock.proto.mlflow.v1.SetTagRequest;
import io.penstock.proto.mlflow.v1.SetTagResponse;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceImplBase;
import io.penstock.proto.mlflow.v1.UpdateExperimentRequest;
import io.penstock.proto.mlflow.v1.UpdateExperimentResponse;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.proto.mlflow.v1.UpdateRunResponse;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.experiment.Run;
import jakarta.inject.Singleton;

/// MLflow's tracking API over gRPC.
@Singleton
final class MlflowTrackingGrpcService extends TrackingServiceImplBase {

  private final TrackedExperiments experiments;
  private final TrackedRuns runs;
  private final TrackedMetrics metrics;
  private final TrackedSearches searches;
  private final TrackedLineage lineage;

  MlflowTrackingGrpcService(
      TrackedExperiments experiments,
      TrackedRuns runs,
      TrackedMetrics metrics,
      TrackedSearches searches,
      TrackedLineage lineage) {
    this.experiments = experiments;
    this.runs = runs;
    this.metrics = metrics;
    this.searches = searches;
    this.lineage = lineage;
  }

  @Override
  public void createExperiment(
      CreateExperimentRequest request, StreamObserver<CreateExperimentResponse> responses) {
    Calls.unary(
        responses,
        () ->
            CreateExperimentResponse.newBuilder()
                .setExperimentId(experiments.create(request))
                .build());
  }

  @Override
  public void getExperiment(
      GetExperimentRequest request, StreamObserver<GetExperimentResponse> responses) {
    Calls.unary(
        responses,
        () ->
            GetExperimentResponse.newBuilder()
                .setExperiment(TrackingProtos.toProto(experiments.get(request.getExperimentId())))
                .build());
  }

  @Override
  public void getExperimentByName(
      GetExperimentByNameRequest request, StreamObserver<GetExperimentByNameResponse> responses) {
    Calls.unary(
        responses,
        () ->
            GetExperimentByNameResponse.newBuilder()
                .setExperiment(
                    TrackingProtos.toProto(experiments.getByName(request.getExperimentName())))
                .build());
  }

  @Override
  public void deleteExperiment(
      DeleteExperimentRequest request, StreamObserver<DeleteExperimentResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          experiments.move(request.getExperimentId(), Lifecycle.DELETED);
          return DeleteExperimentResponse.getDefaultInstance();
        });
  }

  @Override
  public void restoreExperiment(
      RestoreExperimentRequest request, StreamObserver<RestoreExperimentResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          experiments.move(request.getExperimentId(), Lifecycle.ACTIVE);
          return RestoreExperimentResponse.getDefaultInstance();
        });
  }

  @Override
  public void updateExperiment(
      UpdateExperimentRequest request, StreamObserver<UpdateExperimentResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          experiments.update(request);
          return UpdateExperimentResponse.getDefaultInstance();
        });
  }

  @Override
  public void setExperimentTag(
      SetExperimentTagRequest request, StreamObserver<SetExperimentTagResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          experiments.setTag(request);
          return SetExperimentTagResponse.getDefaultInstance();
        });
  }

  @Override
  public void deleteExperimentTag(
      DeleteExperimentTagRequest request, StreamObserver<DeleteExperimentTagResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          experiments.deleteTag(request);
          return DeleteExperimentTagResponse.getDefaultInstance();
        });
  }

  @Override
  public void createRun(CreateRunRequest request, StreamObserver<CreateRunResponse> responses) {
    Calls.later(responses, runs.create(request).thenApply(MlflowTrackingGrpcService::created));
  }

  private static CreateRunResponse created(Run run) {
    return CreateRunResponse.newBuilder()
        .setRun(TrackingProtos.toProto(run).toBuilder().clearOutputs())
        .build();
  }

  @Override
  public void updateRun(UpdateRunRequest request, StreamObserver<UpdateRunResponse> responses) {
    Calls.unary(
        responses,
        () ->
            UpdateRunResponse.newBuilder()
                .setRunInfo(TrackingProtos.info(runs.update(request)))
                .build());
  }

  @Override
  public void deleteRun(DeleteRunRequest request, StreamObserver<DeleteRunResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.move(request.getRunId(), Lifecycle.DELETED);
          return DeleteRunResponse.getDefaultInstance();
        });
  }

  @Override
  public void restoreRun(RestoreRunRequest request, StreamObserver<RestoreRunResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.move(request.getRunId(), Lifecycle.ACTIVE);
          return RestoreRunResponse.getDefaultInstance();
        });
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> responses) {
    Calls.unary(
        responses,
        () ->
            GetRunResponse.newBuilder()
                .setRun(
                    TrackingProtos.toProto(
                        runs.get(TrackedRuns.id(request.getRunId(), request.getRunUuid()))))
                .build());
  }

  @Override
  public void logMetric(LogMetricRequest request, StreamObserver<LogMetricResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.log(request);
          return LogMetricResponse.getDefaultInstance();
        });
  }

  @Override
  public void logParam(LogParamRequest request, StreamObserver<LogParamResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.log(request);
          return LogParamResponse.getDefaultInstance();
        });
  }

  @Override
  public void logBatch(LogBatchRequest request, StreamObserver<LogBatchResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.log(request);
          return LogBatchResponse.getDefaultInstance();
        });
  }

  @Override
  public void setTag(SetTagRequest request, StreamObserver<SetTagResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.setTag(request);
          return SetTagResponse.getDefaultInstance();
        });
  }

  @Override
  public void deleteTag(DeleteTagRequest request, StreamObserver<DeleteTagResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.deleteTag(request.getRunId(), request.getKey());
          return DeleteTagResponse.getDefaultInstance();
        });
  }

  @Override
  public void logModel(LogModelRequest request, StreamObserver<LogModelResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          runs.log(request);
          return LogModelResponse.getDefaultInstance();
        });
  }

  @Override
  public void getMetricHistory(
      GetMetricHistoryRequest request, StreamObserver<GetMetricHistoryResponse> responses) {
    Calls.unary(responses, () -> metrics.get(request));
  }

  @Override
  public void getMetricHistoryBulk(
      GetMetricHistoryBulkRequest request, StreamObserver<GetMetricHistoryBulkResponse> responses) {
    Calls.unary(responses, () -> metrics.get(request));
  }

  @Override
  public void getMetricHistoryBulkInterval(
      GetMetricHistoryBulkIntervalRequest request,
      StreamObserver<GetMetricHistoryBulkIntervalResponse> responses) {
    Calls.unary(responses, () -> metrics.get(request));
  }

  @Override
  public void searchRuns(SearchRunsRequest request, StreamObserver<SearchRunsResponse> responses) {
    Calls.unary(responses, () -> searches.find(request));
  }

  @Override
  public void searchExperiments(
      SearchExperimentsRequest request, StreamObserver<SearchExperimentsResponse> responses) {
    Calls.unary(responses, () -> searches.find(request));
  }

  @Override
  public void logInputs(LogInputsRequest request, StreamObserver<LogInputsResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          lineage.log(request);
          return LogInputsResponse.getDefaultInstance();
        });
  }

  @Override
  public void logOutputs(LogOutputsRequest request, StreamObserver<LogOutputsResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          lineage.log(request);
          return LogOutputsResponse.getDefaultInstance();
        });
  }

  @Override
  public void searchDatasets(
      SearchDatasetsRequest request, StreamObserver<SearchDatasetsResponse> responses) {
    Calls.unary(responses, () -> lineage.search(request));
  }
}
