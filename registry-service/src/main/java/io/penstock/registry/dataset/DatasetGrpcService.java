package io.penstock.registry.dataset;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.CompareDatasetsRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.DatasetComparison;
import io.penstock.proto.registry.v1.DatasetServiceGrpc.DatasetServiceImplBase;
import io.penstock.proto.registry.v1.GetDatasetRequest;
import io.penstock.proto.registry.v1.ListDatasetUsesRequest;
import io.penstock.proto.registry.v1.ListDatasetUsesResponse;
import io.penstock.proto.registry.v1.ListDatasetsRequest;
import io.penstock.proto.registry.v1.ListDatasetsResponse;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.registry.Times;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Datasets over gRPC.
@Singleton
final class DatasetGrpcService extends DatasetServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  private final Datasets datasets;
  private final Clock clock;

  DatasetGrpcService(Datasets datasets, Clock clock) {
    this.datasets = datasets;
    this.clock = clock;
  }

  @Override
  public void registerDataset(RegisterDatasetRequest request, StreamObserver<Dataset> responses) {
    Calls.unary(responses, () -> DatasetProtos.toProto(register(request)));
  }

  private io.penstock.registry.dataset.Dataset register(RegisterDatasetRequest request) {
    var caller = Caller.current().principal().name();
    return datasets.register(DatasetProtos.fromProto(request, Times.now(clock), caller));
  }

  @Override
  public void getDataset(GetDatasetRequest request, StreamObserver<Dataset> responses) {
    Calls.unary(
        responses,
        () -> DatasetProtos.toProto(datasets.get(DatasetName.parse("name", request.getName()))));
  }

  @Override
  public void listDatasets(
      ListDatasetsRequest request, StreamObserver<ListDatasetsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListDatasetsResponse list(ListDatasetsRequest request) {
    var page =
        datasets.list(PAGES.request("datasets", request.getPageSize(), request.getPageToken()));
    return ListDatasetsResponse.newBuilder()
        .addAllDatasets(page.rows().stream().map(DatasetProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void compareDatasets(
      CompareDatasetsRequest request, StreamObserver<DatasetComparison> responses) {
    Calls.unary(
        responses,
        () ->
            ComparisonProtos.toProto(
                datasets.compare(
                    DatasetName.parse("base", request.getBase()),
                    DatasetName.parse("other", request.getOther()))));
  }

  @Override
  public void listDatasetUses(
      ListDatasetUsesRequest request, StreamObserver<ListDatasetUsesResponse> responses) {
    Calls.unary(responses, () -> uses(request));
  }

  private ListDatasetUsesResponse uses(ListDatasetUsesRequest request) {
    var page =
        datasets.uses(
            DatasetName.parse("name", request.getName()),
            PAGES.request(
                request.getName() + "/uses", request.getPageSize(), request.getPageToken()));
    return ListDatasetUsesResponse.newBuilder()
        .addAllUses(page.rows().stream().map(ComparisonProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }
}
