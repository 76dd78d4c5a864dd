package io.penstock.registry.experiment;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.Experiment;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc.ExperimentServiceImplBase;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.GetExperimentRequest;
import io.penstock.proto.registry.v1.GetRunRequest;
import io.penstock.proto.registry.v1.ListExperimentsRequest;
import io.penstock.proto.registry.v1.ListExperimentsResponse;
import io.penstock.proto.registry.v1.ListMetricPointsRequest;
import io.penstock.proto.registry.v1.ListMetricPointsResponse;
import io.penstock.proto.registry.v1.ListRunsRequest;
import io.penstock.proto.registry.v1.ListRunsResponse;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.Run;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Experiments and runs over gRPC.
@Singleton
final class ExperimentGrpcService extends ExperimentServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  private final Experiments experiments;
  private final Runs runs;
  private final RunWrites writes;
  private final MetricHistory history;
  private final Clock clock;

  ExperimentGrpcService(
      Experiments experiments, Runs runs, RunWrites writes, MetricHistory history, Clock clock) {
    this.experiments = experiments;
    this.runs = runs;
    this.writes = writes;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public void createExperiment(
      CreateExperimentRequest request, StreamObserver<Experiment> responses) {
    Calls.unary(
        responses,
        () ->
            ExperimentProtos.toProto(
                experiments.create(ExperimentProtos.fromProto(request, now(), caller()))));
  }

  @Override
  public void getExperiment(GetExperimentRequest request, StreamObserver<Experiment> responses) {
    Calls.unary(
        responses,
        () -> {
          var id = io.penstock.registry.experiment.Experiment.idOf("name", request.getName());
          return ExperimentProtos.toProto(experiments.get(id));
        });
  }

  @Override
  public void listExperiments(
      ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListExperimentsResponse list(ListExperimentsRequest request) {
    var page =
        experiments.list(
            PAGES.request("experiments", request.getPageSize(), request.getPageToken()));
    return ListExperimentsResponse.newBuilder()
        .addAllExperiments(page.rows().stream().map(ExperimentProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void createRun(CreateRunRequest request, StreamObserver<Run> responses) {
    var run = ExperimentProtos.fromProto(request, now(), caller());
    Calls.later(
        responses,
        writes
            .create(run)
            .thenApply(outcome -> ExperimentProtos.toProto(NativeOutcomes.created(run, outcome))));
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<Run> responses) {
    Calls.unary(
        responses,
        () -> ExperimentProtos.toProto(runs.get(RunName.parse("name", request.getName()))));
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListRunsResponse list(ListRunsRequest request) {
    var experiment = io.penstock.registry.experiment.Experiment.idOf("parent", request.getParent());
    var page =
        runs.list(
            experiment,
            PAGES.request(
                request.getParent() + "/runs", request.getPageSize(), request.getPageToken()));
    return ListRunsResponse.newBuilder()
        .addAllRuns(page.rows().stream().map(ExperimentProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void logRunData(LogRunDataRequest request, StreamObserver<Run> responses) {
    Calls.unary(
        responses,
        () -> {
          var name = RunName.parse("name", request.getName());
          var entries = ExperimentProtos.fromProto(request, now());
          NativeOutcomes.requireLogged(name, writes.log(name, entries));
          return ExperimentProtos.toProto(runs.get(name));
        });
  }

  @Override
  public void finishRun(FinishRunRequest request, StreamObserver<Run> responses) {
    Calls.unary(
        responses,
        () -> {
          var name = RunName.parse("name", request.getName());
          return ExperimentProtos.toProto(runs.finish(name, ExperimentProtos.fromProto(request)));
        });
  }

  @Override
  public void listMetricPoints(
      ListMetricPointsRequest request, StreamObserver<ListMetricPointsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListMetricPointsResponse list(ListMetricPointsRequest request) {
    var listing = request.getParent() + "/metricPoints/" + request.getKey();
    var run = runs.get(RunName.parse("parent", request.getParent()));
    var page =
        history.page(
            run.name().run(),
            request.getKey(),
            PAGES.request(listing, request.getPageSize(), request.getPageToken()));
    return ListMetricPointsResponse.newBuilder()
        .addAllPoints(page.rows().stream().map(ExperimentProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  private long now() {
    return clock.millis();
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
