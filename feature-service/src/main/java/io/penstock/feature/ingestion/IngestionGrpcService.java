package io.penstock.feature.ingestion;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc.FeatureIngestionServiceImplBase;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.IngestFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.ListQuarantinedRowsRequest;
import io.penstock.proto.feature.v1.ListQuarantinedRowsResponse;
import io.penstock.proto.feature.v1.PushFeaturesRequest;
import io.penstock.proto.feature.v1.ReplayQuarantinedRowsRequest;
import io.penstock.proto.feature.v1.ReplayQuarantinedRowsResponse;
import jakarta.inject.Singleton;
import java.util.List;

/// Ingestion and quarantine over gRPC.
@Singleton
final class IngestionGrpcService extends FeatureIngestionServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  private final Ingestion ingestion;
  private final Quarantine quarantine;

  IngestionGrpcService(Ingestion ingestion, Quarantine quarantine) {
    this.ingestion = ingestion;
    this.quarantine = quarantine;
  }

  // Each message is stored and answered before the next is taken, and the kit asks the sender for
  // no more than a few ahead: a sender that is faster than the database waits.
  @Override
  public StreamObserver<IngestFeaturesRequest> ingestFeatures(
      StreamObserver<IngestFeaturesResponse> out) {
    return Calls.exchange(
        out,
        (requests, replies) -> {
          IngestionStream stream = ingestion.open();
          requests.forEachRemaining(
              request ->
                  replies.write(ingest(stream, request.getFeatureView(), request.getRowsList())));
        });
  }

  @Override
  public void pushFeatures(
      PushFeaturesRequest request, StreamObserver<IngestFeaturesResponse> out) {
    Calls.unary(
        out, () -> ingest(ingestion.open(), request.getFeatureView(), request.getRowsList()));
  }

  private static IngestFeaturesResponse ingest(
      IngestionStream stream, String featureView, List<FeatureRow> rows) {
    return IngestionProtos.toProto(stream.ingest(featureView, IngestionProtos.fromProto(rows)));
  }

  @Override
  public void listQuarantinedRows(
      ListQuarantinedRowsRequest request, StreamObserver<ListQuarantinedRowsResponse> out) {
    Calls.unary(
        out,
        () ->
            IngestionProtos.toProto(
                quarantine.list(
                    request.getParent(),
                    PAGES.request(
                        request.getParent() + "/quarantinedRows",
                        request.getPageSize(),
                        request.getPageToken()))));
  }

  @Override
  public void replayQuarantinedRows(
      ReplayQuarantinedRowsRequest request, StreamObserver<ReplayQuarantinedRowsResponse> out) {
    Calls.unary(
        out,
        () -> IngestionProtos.toProto(quarantine.replay(request.getParent(), request.getLimit())));
  }
}
