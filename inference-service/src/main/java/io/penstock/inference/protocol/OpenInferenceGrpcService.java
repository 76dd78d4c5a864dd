package io.penstock.inference.protocol;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.prediction.Answer;
import io.penstock.inference.prediction.PredictionReply;
import io.penstock.inference.prediction.Predictions;
import io.penstock.inference.release.VersionStates;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.service.Readiness;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelConfigRequest;
import io.penstock.proto.oip.ModelConfigResponse;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelReadyResponse;
import io.penstock.proto.oip.ModelStatisticsRequest;
import io.penstock.proto.oip.ModelStatisticsResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.ServerLiveRequest;
import io.penstock.proto.oip.ServerLiveResponse;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.ServerMetadataResponse;
import io.penstock.proto.oip.ServerReadyRequest;
import io.penstock.proto.oip.ServerReadyResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// The Open Inference Protocol.
@Singleton
final class OpenInferenceGrpcService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

  private static final List<String> EXTENSIONS = List.of("model_configuration", "statistics");

  private final Predictions predictions;
  private final ModelCatalog catalog;
  private final VersionStates states;
  private final Readiness readiness;
  private final LaneConfig lanes;

  OpenInferenceGrpcService(
      Predictions predictions,
      ModelCatalog catalog,
      VersionStates states,
      Readiness readiness,
      LaneConfig lanes) {
    this.predictions = predictions;
    this.catalog = catalog;
    this.states = states;
    this.readiness = readiness;
    this.lanes = lanes;
  }

  /// Runs on the transport's thread, so it only hands over.
  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    var prediction =
        predictions.start(InferRequestProtos.fromProto(request), new Caller(request, out));
    ((ServerCallStreamObserver<ModelInferResponse>) out).setOnCancelHandler(prediction::cancel);
  }

  private record Caller(ModelInferRequest request, StreamObserver<ModelInferResponse> out)
      implements PredictionReply {

    @Override
    public void answered(Answer answer) {
      out.onNext(InferResponseProtos.toProto(answer, request));
      out.onCompleted();
    }

    @Override
    public void failed(RuntimeException failure) {
      out.onError(failure);
    }
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
    Calls.unary(out, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    Calls.unary(out, () -> ServerReadyResponse.newBuilder().setReady(readiness.ready()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    Calls.unary(
        out,
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(catalog.isReady(request.getName(), request.getVersion()))
                .build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    Calls.unary(
        out,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName("penstock")
                .setVersion(version())
                .addAllExtensions(EXTENSIONS)
                .build());
  }

  private static String version() {
    return Optional.ofNullable(
            OpenInferenceGrpcService.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    Calls.unary(
        out,
        () ->
            ModelProtos.metadata(
                catalog.get(request.getName(), request.getVersion()),
                catalog.versions(request.getName())));
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> out) {
    Calls.unary(
        out,
        () -> {
          var version = catalog.get(request.getName(), request.getVersion());
          int rows = version.model().batches() ? lanes.maxBatchRows() : 0;
          return ModelConfigResponse.newBuilder()
              .setConfig(ModelProtos.config(version, rows))
              .build();
        });
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
    Calls.unary(
        out,
        () ->
            ModelStatisticsResponse.newBuilder()
                .addAllModelStats(
                    catalog.list(request.getName(), request.getVersion()).stream()
                        .map(StatisticsProtos::toProto)
                        .toList())
                .build());
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
    Calls.unary(
        out,
        () -> {
          var index = RepositoryIndexResponse.newBuilder();
          catalog.list("", "").forEach(v -> index.addModels(RepositoryIndexProtos.toProto(v)));
          if (!request.getReady()) {
            states.all().forEach(s -> index.addModels(RepositoryIndexProtos.toProto(s)));
          }
          return index.build();
        });
  }
}
