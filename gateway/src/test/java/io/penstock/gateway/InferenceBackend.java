package io.penstock.gateway;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelLoadResponse;
import io.penstock.proto.oip.ServerReadyRequest;
import io.penstock.proto.oip.ServerReadyResponse;
import io.penstock.proto.oip.SystemSharedMemoryStatusRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingResponse;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// The inference protocol as the gateway's tests need it: models give their inputs back, and the
/// model `never` does not answer.
final class InferenceBackend extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

  final AtomicReference<Deadline> deadline = new AtomicReference<>();
  final AtomicReference<RepositoryModelLoadRequest> loaded = new AtomicReference<>();

  /// Counted down by calls of `never` that come.
  volatile CountDownLatch taken = new CountDownLatch(1);

  /// Counted down by calls of `never` that end.
  volatile CountDownLatch given = new CountDownLatch(1);

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    answer(out, ServerReadyResponse.newBuilder().setReady(false).build());
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    deadline.set(Context.current().getDeadline());
    if (request.getModelName().equals("never")) {
      ((ServerCallStreamObserver<?>) out).setOnCancelHandler(() -> given.countDown());
      taken.countDown();
    } else {
      answer(out, echo(request));
    }
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModelInferRequest request) {
        out.onNext(ModelStreamInferResponse.newBuilder().setInferResponse(echo(request)).build());
      }

      @Override
      public void onError(Throwable broken) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  private static ModelInferResponse echo(ModelInferRequest request) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(request.getModelName())
            .setModelVersion(request.getModelVersion())
            .setId(request.getId())
            .addAllRawOutputContents(request.getRawInputContentsList());
    request
        .getInputsList()
        .forEach(
            input ->
                response
                    .addOutputsBuilder()
                    .setName(input.getName())
                    .setDatatype(input.getDatatype())
                    .addAllShape(input.getShapeList()));
    return response.build();
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    ModelMetadataResponse.Builder response =
        ModelMetadataResponse.newBuilder().setName(request.getName());
    response.addInputsBuilder().setName("x").setDatatype("FP32").addShape(-1).addShape(2);
    answer(out, response.build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> out) {
    loaded.set(request);
    answer(out, RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void traceSetting(TraceSettingRequest request, StreamObserver<TraceSettingResponse> out) {
    TraceSettingResponse.Builder response = TraceSettingResponse.newBuilder();
    response.putSettings(
        "trace_rate", TraceSettingResponse.SettingValue.newBuilder().addValue("1000").build());
    request
        .getSettingsMap()
        .forEach(
            (name, value) ->
                response.putSettings(
                    name,
                    TraceSettingResponse.SettingValue.newBuilder()
                        .addAllValue(value.getValueList())
                        .build()));
    answer(out, response.build());
  }

  @Override
  public void systemSharedMemoryStatus(
      SystemSharedMemoryStatusRequest request,
      StreamObserver<SystemSharedMemoryStatusResponse> out) {
    answer(out, SystemSharedMemoryStatusResponse.getDefaultInstance());
  }

  /// The other service that the same peer answers.
  BindableService repository() {
    return new ModelRepositoryServiceGrpc.ModelRepositoryServiceImplBase() {
      @Override
      public void repositoryIndex(
          RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        response.addModelsBuilder().setName("m");
        answer(out, response.build());
      }
    };
  }

  private static <T> void answer(StreamObserver<T> out, T response) {
    out.onNext(response);
    out.onCompleted();
  }
}
