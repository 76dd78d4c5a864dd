package io.penstock.registry.migration;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.CancelImportRequest;
import io.penstock.proto.registry.v1.GetImportRequest;
import io.penstock.proto.registry.v1.ImportServiceGrpc.ImportServiceImplBase;
import io.penstock.proto.registry.v1.ListImportsRequest;
import io.penstock.proto.registry.v1.ListImportsResponse;
import io.penstock.proto.registry.v1.MlflowImport;
import io.penstock.proto.registry.v1.StartImportRequest;
import io.penstock.registry.Times;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Imports over gRPC.
@Singleton
final class ImportGrpcService extends ImportServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(50, 1_000);

  private final Imports imports;
  private final Clock clock;

  ImportGrpcService(Imports imports, Clock clock) {
    this.imports = imports;
    this.clock = clock;
  }

  @Override
  public void startImport(StartImportRequest request, StreamObserver<MlflowImport> responses) {
    Calls.unary(
        responses,
        () -> {
          var by = Caller.current().principal().name();
          var job = ImportProtos.job(request, by, Times.now(clock));
          return ImportProtos.toProto(imports.start(job, ImportProtos.account(request), request));
        });
  }

  @Override
  public void getImport(GetImportRequest request, StreamObserver<MlflowImport> responses) {
    Calls.unary(
        responses, () -> ImportProtos.toProto(imports.get(ImportProtos.idOf(request.getName()))));
  }

  @Override
  public void listImports(
      ListImportsRequest request, StreamObserver<ListImportsResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var page =
              imports.list(PAGES.request("imports", request.getPageSize(), request.getPageToken()));
          return ListImportsResponse.newBuilder()
              .addAllImports(page.rows().stream().map(ImportProtos::toProto).toList())
              .setNextPageToken(page.nextToken())
              .build();
        });
  }

  @Override
  public void cancelImport(CancelImportRequest request, StreamObserver<MlflowImport> responses) {
    Calls.unary(
        responses,
        () -> ImportProtos.toProto(imports.cancel(ImportProtos.idOf(request.getName()), request)));
  }
}
