package io.penstock.registry.lifecycle;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.CancelRetirementRequest;
import io.penstock.proto.registry.v1.ListRetirementChangesRequest;
import io.penstock.proto.registry.v1.ListRetirementChangesResponse;
import io.penstock.proto.registry.v1.ListStageChangesRequest;
import io.penstock.proto.registry.v1.ListStageChangesResponse;
import io.penstock.proto.registry.v1.ListStagedVersionsRequest;
import io.penstock.proto.registry.v1.ListStagedVersionsResponse;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.RetireModelVersionRequest;
import io.penstock.proto.registry.v1.StageServiceGrpc.StageServiceImplBase;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import io.penstock.registry.stage.StageHistory;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionProtos;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/// The history of stages and retirement over gRPC.
@Singleton
final class StageGrpcService extends StageServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  private final StageHistory history;
  private final Retirements retirements;
  private final Clock clock;

  StageGrpcService(StageHistory history, Retirements retirements, Clock clock) {
    this.history = history;
    this.retirements = retirements;
    this.clock = clock;
  }

  @Override
  public void listStageChanges(
      ListStageChangesRequest request, StreamObserver<ListStageChangesResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListStageChangesResponse list(ListStageChangesRequest request) {
    var page =
        history.list(
            StageProtos.modelOf("parent", request.getParent()),
            PAGES.request(
                request.getParent() + "/stageChanges",
                request.getPageSize(),
                request.getPageToken()));
    return ListStageChangesResponse.newBuilder()
        .addAllChanges(page.rows().stream().map(StageProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void listStagedVersions(
      ListStagedVersionsRequest request, StreamObserver<ListStagedVersionsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListStagedVersionsResponse list(ListStagedVersionsRequest request) {
    var model =
        Optional.of(request.getParent())
            .filter(parent -> !parent.isEmpty())
            .map(parent -> StageProtos.modelOf("parent", parent));
    var stage = StageProtos.stage(request);
    var time = request.hasTime() ? Times.fromProto("time", request.getTime()) : Times.now(clock);
    var page =
        history.at(
            model,
            stage,
            time,
            PAGES.request(
                "staged %s %s".formatted(request.getParent(), stage),
                request.getPageSize(),
                request.getPageToken()));
    return ListStagedVersionsResponse.newBuilder()
        .addAllVersions(page.rows().stream().map(StageProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void retireModelVersion(
      RetireModelVersionRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(responses, () -> retire(request));
  }

  private ModelVersion retire(RetireModelVersionRequest request) {
    var name = VersionName.parse("name", request.getName());
    requireComment(request.getReason());
    var time =
        request.hasTime()
            ? Optional.of(Times.fromProto("time", request.getTime()))
            : Optional.<Instant>empty();
    return VersionProtos.toProto(
        retirements.retire(
            name,
            time,
            request.getReason(),
            request.getForce(),
            request.getEtag(),
            Caller.current().principal().name()));
  }

  @Override
  public void cancelRetirement(
      CancelRetirementRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(responses, () -> cancel(request));
  }

  private ModelVersion cancel(CancelRetirementRequest request) {
    var name = VersionName.parse("name", request.getName());
    requireComment(request.getReason());
    return VersionProtos.toProto(
        retirements.cancel(
            name, request.getReason(), request.getEtag(), Caller.current().principal().name()));
  }

  private static void requireComment(String reason) {
    var problems = new InvalidArguments();
    Limits.text(problems, "reason", reason, Limits.COMMENT);
    problems.throwIfAny();
  }

  @Override
  public void listRetirementChanges(
      ListRetirementChangesRequest request,
      StreamObserver<ListRetirementChangesResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListRetirementChangesResponse list(ListRetirementChangesRequest request) {
    var page =
        retirements.history(
            VersionName.parse("parent", request.getParent()),
            PAGES.request(
                request.getParent() + "/retirementChanges",
                request.getPageSize(),
                request.getPageToken()));
    return ListRetirementChangesResponse.newBuilder()
        .addAllChanges(page.rows().stream().map(StageProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }
}
