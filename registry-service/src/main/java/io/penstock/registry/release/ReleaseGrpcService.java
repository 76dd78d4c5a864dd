package io.penstock.registry.release;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.grpc.StreamWriter;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.ListReleaseRevisionsRequest;
import io.penstock.proto.registry.v1.ListReleaseRevisionsResponse;
import io.penstock.proto.registry.v1.ListReleasesRequest;
import io.penstock.proto.registry.v1.ListReleasesResponse;
import io.penstock.proto.registry.v1.PromoteCanaryRequest;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceImplBase;
import io.penstock.proto.registry.v1.ResumeReleaseRequest;
import io.penstock.proto.registry.v1.RollBackReleaseRequest;
import io.penstock.proto.registry.v1.StopReleaseRequest;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import io.penstock.registry.Limits;
import io.penstock.registry.release.ReleaseCommand.PromoteCanary;
import io.penstock.registry.release.ReleaseCommand.Resume;
import io.penstock.registry.release.ReleaseCommand.RollBack;
import io.penstock.registry.release.ReleaseCommand.Stop;
import jakarta.inject.Singleton;

/// Releases over gRPC.
@Singleton
final class ReleaseGrpcService extends ReleaseServiceImplBase {

  // A release carries up to four whole versions, and a page has to fit into one message.
  private static final PageLimits PAGES = new PageLimits(100, 100);

  private final Releases releases;
  private final ReleaseWatch watch;

  ReleaseGrpcService(Releases releases, ReleaseWatch watch) {
    this.releases = releases;
    this.watch = watch;
  }

  @Override
  public void deployVersion(DeployVersionRequest request, StreamObserver<Release> responses) {
    Calls.unary(
        responses,
        () ->
            ReleaseProtos.toProto(
                releases.deploy(
                    ReleaseProtos.fromProto(request), request.getExpectedRevision(), caller())));
  }

  @Override
  public void promoteCanary(PromoteCanaryRequest request, StreamObserver<Release> responses) {
    Calls.unary(
        responses,
        () ->
            change(
                request.getName(),
                request.getExpectedRevision(),
                new PromoteCanary(comment(request.getComment()))));
  }

  @Override
  public void rollBackRelease(RollBackReleaseRequest request, StreamObserver<Release> responses) {
    Calls.unary(
        responses,
        () ->
            change(
                request.getName(),
                request.getExpectedRevision(),
                new RollBack(comment(request.getComment()))));
  }

  @Override
  public void stopRelease(StopReleaseRequest request, StreamObserver<Release> responses) {
    Calls.unary(
        responses,
        () ->
            change(
                request.getName(),
                request.getExpectedRevision(),
                new Stop(text("reason", request.getReason()))));
  }

  @Override
  public void resumeRelease(ResumeReleaseRequest request, StreamObserver<Release> responses) {
    Calls.unary(
        responses,
        () ->
            change(
                request.getName(),
                request.getExpectedRevision(),
                new Resume(comment(request.getComment()))));
  }

  private Release change(String name, long expectedRevision, ReleaseCommand command) {
    return ReleaseProtos.toProto(
        releases.change(modelOf(name), expectedRevision, command, caller()));
  }

  @Override
  public void getRelease(GetReleaseRequest request, StreamObserver<Release> responses) {
    Calls.unary(responses, () -> ReleaseProtos.toProto(releases.get(modelOf(request.getName()))));
  }

  @Override
  public void listReleases(
      ListReleasesRequest request, StreamObserver<ListReleasesResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListReleasesResponse list(ListReleasesRequest request) {
    var page =
        releases.list(PAGES.request("releases", request.getPageSize(), request.getPageToken()));
    return ListReleasesResponse.newBuilder()
        .addAllReleases(page.rows().stream().map(ReleaseProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void listReleaseRevisions(
      ListReleaseRevisionsRequest request, StreamObserver<ListReleaseRevisionsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListReleaseRevisionsResponse list(ListReleaseRevisionsRequest request) {
    var page =
        releases.revisions(
            modelOf(request.getName()),
            PAGES.request(
                request.getName() + "/revisions", request.getPageSize(), request.getPageToken()));
    return ListReleaseRevisionsResponse.newBuilder()
        .addAllRevisions(page.rows().stream().map(ReleaseProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void watchReleases(
      WatchReleasesRequest request, StreamObserver<WatchReleasesResponse> responses) {
    if (request.getAfterRevision() < 0) {
      throw InvalidArguments.of(
          "after_revision", "was %d, expected 0 or more".formatted(request.getAfterRevision()));
    }
    Calls.stream(responses, out -> watch.follow(request.getAfterRevision(), writingTo(out)));
  }

  private static ReleaseWatch.Follower writingTo(StreamWriter<WatchReleasesResponse> out) {
    return new ReleaseWatch.Follower() {
      @Override
      public void changed(io.penstock.registry.release.Release release) {
        out.write(ReleaseProtos.changed(release));
      }

      @Override
      public void synced(long revision) {
        out.write(ReleaseProtos.synced(revision));
      }
    };
  }

  private static String modelOf(String name) {
    return io.penstock.registry.release.Release.modelOf("name", name);
  }

  private static String comment(String comment) {
    return text("comment", comment);
  }

  private static String text(String field, String value) {
    var problems = new InvalidArguments();
    Limits.text(problems, field, value, Limits.COMMENT);
    problems.throwIfAny();
    return value;
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
