package io.penstock.inference.protocol;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Bean;
import io.penstock.inference.infer.InferCalls;
import io.penstock.inference.infer.InferReply;
import io.penstock.inference.infer.InferStreams;
import io.penstock.inference.sharedmemory.SharedMemoryCalls;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.oip.CudaSharedMemoryRegisterRequest;
import io.penstock.proto.oip.CudaSharedMemoryRegisterResponse;
import io.penstock.proto.oip.CudaSharedMemoryStatusRequest;
import io.penstock.proto.oip.CudaSharedMemoryStatusResponse;
import io.penstock.proto.oip.CudaSharedMemoryUnregisterRequest;
import io.penstock.proto.oip.CudaSharedMemoryUnregisterResponse;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsResponse;
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
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelLoadResponse;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadResponse;
import io.penstock.proto.oip.ServerLiveRequest;
import io.penstock.proto.oip.ServerLiveResponse;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.ServerMetadataResponse;
import io.penstock.proto.oip.ServerReadyRequest;
import io.penstock.proto.oip.ServerReadyResponse;
import io.penstock.proto.oip.SystemSharedMemoryRegisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryRegisterResponse;
import io.penstock.proto.oip.SystemSharedMemoryStatusRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterResponse;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingResponse;
import jakarta.inject.Singleton;

/// The Open Inference Protocol over gRPC. What is served is [AliasedInferGrpcService] around it.
@Singleton
@Bean(typed = OpenInferenceGrpcService.class)
final class OpenInferenceGrpcService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

  private final OpenInferenceCalls calls;
  private final InferCalls inference;
  private final InferStreams streams;
  private final RepositoryCalls repository;
  private final SharedMemoryCalls memory;

  OpenInferenceGrpcService(
      OpenInferenceCalls calls,
      InferCalls inference,
      InferStreams streams,
      RepositoryCalls repository,
      SharedMemoryCalls memory) {
    this.calls = calls;
    this.inference = inference;
    this.streams = streams;
    this.repository = repository;
    this.memory = memory;
  }

  /// Runs on the transport's thread, so it only hands over.
  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    var prediction = inference.start(request, new Waiting(out));
    ((ServerCallStreamObserver<ModelInferResponse>) out).setOnCancelHandler(prediction::cancel);
  }

  private record Waiting(StreamObserver<ModelInferResponse> out) implements InferReply {

    @Override
    public void answered(ModelInferResponse response) {
      out.onNext(response);
      out.onCompleted();
    }

    @Override
    public void failed(RuntimeException failure) {
      out.onError(failure);
    }
  }

  /// Runs on the transport's thread, as each of its requests.
  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> out) {
    return streams.open((ServerCallStreamObserver<ModelStreamInferResponse>) out);
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
    Calls.unary(out, () -> calls.serverLive());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    Calls.unary(out, () -> calls.serverReady());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    Calls.unary(out, () -> calls.serverMetadata());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    Calls.unary(out, () -> calls.modelReady(request));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    Calls.unary(out, () -> calls.modelMetadata(request));
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> out) {
    Calls.unary(out, () -> calls.modelConfig(request));
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
    Calls.unary(out, () -> calls.modelStatistics(request));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
    Calls.unary(out, () -> calls.repositoryIndex(request));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> out) {
    Calls.unary(out, () -> repository.load(request));
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> out) {
    Calls.unary(out, () -> repository.unload(request));
  }

  @Override
  public void systemSharedMemoryStatus(
      SystemSharedMemoryStatusRequest request,
      StreamObserver<SystemSharedMemoryStatusResponse> out) {
    Calls.unary(out, () -> memory.status(request));
  }

  @Override
  public void systemSharedMemoryRegister(
      SystemSharedMemoryRegisterRequest request,
      StreamObserver<SystemSharedMemoryRegisterResponse> out) {
    Calls.unary(out, () -> memory.register(request));
  }

  @Override
  public void systemSharedMemoryUnregister(
      SystemSharedMemoryUnregisterRequest request,
      StreamObserver<SystemSharedMemoryUnregisterResponse> out) {
    Calls.unary(out, () -> memory.unregister(request));
  }

  @Override
  public void cudaSharedMemoryStatus(
      CudaSharedMemoryStatusRequest request, StreamObserver<CudaSharedMemoryStatusResponse> out) {
    Calls.unary(out, () -> memory.cudaStatus(request));
  }

  @Override
  public void cudaSharedMemoryRegister(
      CudaSharedMemoryRegisterRequest request,
      StreamObserver<CudaSharedMemoryRegisterResponse> out) {
    Calls.unary(out, () -> memory.cudaRegister(request));
  }

  @Override
  public void cudaSharedMemoryUnregister(
      CudaSharedMemoryUnregisterRequest request,
      StreamObserver<CudaSharedMemoryUnregisterResponse> out) {
    Calls.unary(out, () -> memory.cudaUnregister(request));
  }

  @Override
  public void traceSetting(TraceSettingRequest request, StreamObserver<TraceSettingResponse> out) {
    Calls.unary(out, () -> calls.traceSetting(request));
  }

  @Override
  public void logSettings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> out) {
    Calls.unary(out, () -> calls.logSettings(request));
  }
}
