package io.penstock.registry.design;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.AssignRowsRequest;
import io.penstock.proto.registry.v1.AssignRowsResponse;
import io.penstock.proto.registry.v1.CompareRunsRequest;
import io.penstock.proto.registry.v1.CreateSplitRequest;
import io.penstock.proto.registry.v1.ExperimentDesign;
import io.penstock.proto.registry.v1.ExperimentDesignServiceGrpc.ExperimentDesignServiceImplBase;
import io.penstock.proto.registry.v1.GetExperimentDesignRequest;
import io.penstock.proto.registry.v1.GetResultTableRequest;
import io.penstock.proto.registry.v1.GetSplitRequest;
import io.penstock.proto.registry.v1.ListExperimentDesignsRequest;
import io.penstock.proto.registry.v1.ListExperimentDesignsResponse;
import io.penstock.proto.registry.v1.ListSplitsRequest;
import io.penstock.proto.registry.v1.ListSplitsResponse;
import io.penstock.proto.registry.v1.RerunRunRequest;
import io.penstock.proto.registry.v1.ResultTable;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.RunComparison;
import io.penstock.proto.registry.v1.SetExperimentDesignRequest;
import io.penstock.proto.registry.v1.Split;
import io.penstock.registry.Times;
import io.penstock.registry.experiment.ExperimentProtos;
import io.penstock.registry.experiment.Reruns;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.split.SplitName;
import io.penstock.registry.split.SplitProtos;
import io.penstock.registry.split.Splits;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Designs, splits and results over gRPC.
@Singleton
final class ExperimentDesignGrpcService extends ExperimentDesignServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1_000);
  private static final int MOST_ROWS = 10_000;

  private final Designs designs;
  private final Comparisons comparisons;
  private final Splits splits;
  private final Reruns reruns;
  private final Clock clock;

  ExperimentDesignGrpcService(
      Designs designs, Comparisons comparisons, Splits splits, Reruns reruns, Clock clock) {
    this.designs = designs;
    this.comparisons = comparisons;
    this.splits = splits;
    this.reruns = reruns;
    this.clock = clock;
  }

  @Override
  public void setExperimentDesign(
      SetExperimentDesignRequest request, StreamObserver<ExperimentDesign> responses) {
    Calls.unary(
        responses,
        () ->
            DesignProtos.toProto(
                designs.set(DesignProtos.fromProto(request, Times.now(clock), caller()))));
  }

  @Override
  public void getExperimentDesign(
      GetExperimentDesignRequest request, StreamObserver<ExperimentDesign> responses) {
    Calls.unary(
        responses,
        () ->
            DesignProtos.toProto(
                designs.get(DesignProtos.experiment(request.getParent()), request.getRevision())));
  }

  @Override
  public void listExperimentDesigns(
      ListExperimentDesignsRequest request,
      StreamObserver<ListExperimentDesignsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListExperimentDesignsResponse list(ListExperimentDesignsRequest request) {
    var page =
        designs.list(
            DesignProtos.experiment(request.getParent()),
            PAGES.request(
                request.getParent() + "/designs", request.getPageSize(), request.getPageToken()));
    return ListExperimentDesignsResponse.newBuilder()
        .addAllDesigns(page.rows().stream().map(DesignProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void createSplit(CreateSplitRequest request, StreamObserver<Split> responses) {
    Calls.unary(
        responses,
        () ->
            SplitProtos.toProto(
                splits.create(SplitProtos.fromProto(request, Times.now(clock), caller()))));
  }

  @Override
  public void getSplit(GetSplitRequest request, StreamObserver<Split> responses) {
    Calls.unary(
        responses,
        () -> SplitProtos.toProto(splits.get(SplitName.parse("name", request.getName()))));
  }

  @Override
  public void listSplits(ListSplitsRequest request, StreamObserver<ListSplitsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListSplitsResponse list(ListSplitsRequest request) {
    var page =
        splits.list(
            DesignProtos.experiment(request.getParent()),
            PAGES.request(
                request.getParent() + "/splits", request.getPageSize(), request.getPageToken()));
    return ListSplitsResponse.newBuilder()
        .addAllSplits(page.rows().stream().map(SplitProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void assignRows(AssignRowsRequest request, StreamObserver<AssignRowsResponse> responses) {
    Calls.unary(responses, () -> assign(request));
  }

  private AssignRowsResponse assign(AssignRowsRequest request) {
    if (request.getKeysCount() > MOST_ROWS) {
      throw InvalidArguments.of(
          "keys", "has %d keys, expected at most %d".formatted(request.getKeysCount(), MOST_ROWS));
    }
    var rule = splits.get(SplitName.parse("name", request.getName())).rule();
    return AssignRowsResponse.newBuilder()
        .addAllParts(request.getKeysList().stream().map(rule::partOf).toList())
        .setSha256(rule.sha256())
        .build();
  }

  @Override
  public void getResultTable(GetResultTableRequest request, StreamObserver<ResultTable> responses) {
    Calls.unary(
        responses,
        () -> ResultProtos.toProto(designs.results(DesignProtos.experiment(request.getParent()))));
  }

  @Override
  public void compareRuns(CompareRunsRequest request, StreamObserver<RunComparison> responses) {
    Calls.unary(
        responses,
        () -> ResultProtos.toProto(comparisons.between(ResultProtos.fromProto(request))));
  }

  @Override
  public void rerunRun(RerunRunRequest request, StreamObserver<Run> responses) {
    Calls.unary(
        responses,
        () ->
            ExperimentProtos.toProto(
                reruns.rerun(
                    RunName.parse("name", request.getName()),
                    ResultProtos.displayName(request),
                    caller())));
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
