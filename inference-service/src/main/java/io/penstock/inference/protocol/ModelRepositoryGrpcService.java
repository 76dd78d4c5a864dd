package io.penstock.inference.protocol;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelLoadResponse;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadResponse;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import jakarta.inject.Singleton;

/// The model repository where MLServer's clients look for it.
@Singleton
final class ModelRepositoryGrpcService
    extends ModelRepositoryServiceGrpc.ModelRepositoryServiceImplBase {

  private final OpenInferenceCalls calls;
  private final RepositoryCalls repository;

  ModelRepositoryGrpcService(OpenInferenceCalls calls, RepositoryCalls repository) {
    this.calls = calls;
    this.repository = repository;
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
}
