package io.penstock.registry.benchmark;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceImplBase;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunRequest;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunResponse;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.CreateBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.DeleteBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.DeleteBenchmarkSuiteResponse;
import io.penstock.proto.registry.v1.GetBenchmarkRunRequest;
import io.penstock.proto.registry.v1.GetBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.ListBenchmarkRunsRequest;
import io.penstock.proto.registry.v1.ListBenchmarkRunsResponse;
import io.penstock.proto.registry.v1.ListBenchmarkSuitesRequest;
import io.penstock.proto.registry.v1.ListBenchmarkSuitesResponse;
import io.penstock.proto.registry.v1.ListPendingBenchmarkRunsRequest;
import io.penstock.proto.registry.v1.ListPendingBenchmarkRunsResponse;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimResponse;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimResponse;
import io.penstock.proto.registry.v1.RunBenchmarkRequest;
import io.penstock.proto.registry.v1.UpdateBenchmarkSuiteRequest;
import io.penstock.registry.Times;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Suites and their runs over gRPC.
@Singleton
final class BenchmarkGrpcService extends BenchmarkServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(50, 200);

  private final Suites suites;
  private final SuiteData data;
  private final Measurements measurements;
  private final Claims claims;
  private final Clock clock;

  BenchmarkGrpcService(
      Suites suites, SuiteData data, Measurements measurements, Claims claims, Clock clock) {
    this.suites = suites;
    this.data = data;
    this.measurements = measurements;
    this.claims = claims;
    this.clock = clock;
  }

  @Override
  public void createBenchmarkSuite(
      CreateBenchmarkSuiteRequest request, StreamObserver<BenchmarkSuite> responses) {
    Calls.unary(
        responses,
        () -> {
          var name = SuiteProtos.newName(request.getParent(), request.getSuiteId());
          return SuiteProtos.toProto(suites.create(suite(name, request.getSuite())));
        });
  }

  @Override
  public void updateBenchmarkSuite(
      UpdateBenchmarkSuiteRequest request, StreamObserver<BenchmarkSuite> responses) {
    Calls.unary(
        responses,
        () -> {
          var name = SuiteName.parse("suite.name", request.getSuite().getName());
          return SuiteProtos.toProto(suites.update(suite(name, request.getSuite())));
        });
  }

  private Suite suite(SuiteName name, BenchmarkSuite given) {
    var found = data.find(given.getData(), given.getDataset(), given.getDatasetPath());
    return SuiteProtos.fromProto(name, given, found, Times.now(clock), caller());
  }

  @Override
  public void getBenchmarkSuite(
      GetBenchmarkSuiteRequest request, StreamObserver<BenchmarkSuite> responses) {
    Calls.unary(
        responses,
        () -> SuiteProtos.toProto(suites.get(SuiteName.parse("name", request.getName()))));
  }

  @Override
  public void listBenchmarkSuites(
      ListBenchmarkSuitesRequest request, StreamObserver<ListBenchmarkSuitesResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListBenchmarkSuitesResponse list(ListBenchmarkSuitesRequest request) {
    var model = SuiteProtos.model(request.getParent());
    var page =
        suites.list(
            model,
            PAGES.request(
                request.getParent() + "/benchmarks",
                request.getPageSize(),
                request.getPageToken()));
    return ListBenchmarkSuitesResponse.newBuilder()
        .addAllSuites(page.rows().stream().map(SuiteProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void deleteBenchmarkSuite(
      DeleteBenchmarkSuiteRequest request, StreamObserver<DeleteBenchmarkSuiteResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          suites.delete(SuiteName.parse("name", request.getName()));
          return DeleteBenchmarkSuiteResponse.getDefaultInstance();
        });
  }

  @Override
  public void runBenchmark(RunBenchmarkRequest request, StreamObserver<BenchmarkRun> responses) {
    Calls.unary(
        responses,
        () ->
            MeasurementProtos.toProto(
                measurements.ask(
                    SuiteName.parse("name", request.getName()),
                    VersionName.parse("version", request.getVersion()),
                    caller())));
  }

  @Override
  public void getBenchmarkRun(
      GetBenchmarkRunRequest request, StreamObserver<BenchmarkRun> responses) {
    Calls.unary(
        responses,
        () ->
            MeasurementProtos.toProto(
                measurements.get(MeasurementName.parse("name", request.getName()))));
  }

  @Override
  public void listBenchmarkRuns(
      ListBenchmarkRunsRequest request, StreamObserver<ListBenchmarkRunsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListBenchmarkRunsResponse list(ListBenchmarkRunsRequest request) {
    var page =
        measurements.list(
            SuiteName.parse("parent", request.getParent()),
            PAGES.request(
                request.getParent() + "/runs", request.getPageSize(), request.getPageToken()));
    return ListBenchmarkRunsResponse.newBuilder()
        .addAllRuns(page.rows().stream().map(MeasurementProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void listPendingBenchmarkRuns(
      ListPendingBenchmarkRunsRequest request,
      StreamObserver<ListPendingBenchmarkRunsResponse> responses) {
    Calls.unary(responses, () -> pending(request));
  }

  private ListPendingBenchmarkRunsResponse pending(ListPendingBenchmarkRunsRequest request) {
    var page =
        measurements.pending(
            PAGES.request("pendingRuns", request.getPageSize(), request.getPageToken()));
    return ListPendingBenchmarkRunsResponse.newBuilder()
        .addAllRuns(page.rows().stream().map(MeasurementProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void claimBenchmarkRun(
      ClaimBenchmarkRunRequest request, StreamObserver<ClaimBenchmarkRunResponse> responses) {
    Calls.unary(
        responses,
        () -> ClaimProtos.toProto(claims.next(ClaimProtos.duration(request.getDuration()))));
  }

  @Override
  public void renewBenchmarkClaim(
      RenewBenchmarkClaimRequest request, StreamObserver<RenewBenchmarkClaimResponse> responses) {
    Calls.unary(
        responses,
        () ->
            ClaimProtos.renewed(
                claims.renew(
                    MeasurementName.parse("name", request.getName()),
                    request.getToken(),
                    ClaimProtos.duration(request.getDuration()))));
  }

  @Override
  public void releaseBenchmarkClaim(
      ReleaseBenchmarkClaimRequest request,
      StreamObserver<ReleaseBenchmarkClaimResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          claims.release(
              MeasurementName.parse("name", request.getName()),
              request.getToken(),
              ClaimProtos.reason(request.getReason()));
          return ReleaseBenchmarkClaimResponse.getDefaultInstance();
        });
  }

  @Override
  public void completeBenchmarkRun(
      CompleteBenchmarkRunRequest request, StreamObserver<BenchmarkRun> responses) {
    Calls.unary(responses, () -> MeasurementProtos.toProto(complete(request)));
  }

  private Measurement complete(CompleteBenchmarkRunRequest request) {
    MeasurementProtos.check(request);
    var name = MeasurementName.parse("name", request.getName());
    long token = request.getToken();
    var evaluator = request.getEvaluator();
    return request.getError().isEmpty()
        ? measurements.succeed(
            name, token, MeasurementProtos.predictions(request), evaluator, caller())
        : measurements.fail(name, token, request.getError(), evaluator, caller());
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
