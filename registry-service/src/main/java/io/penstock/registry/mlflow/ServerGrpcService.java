package io.penstock.registry.mlflow;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.mlflow.v1.GetServerInfoRequest;
import io.penstock.proto.mlflow.v1.GetServerInfoResponse;
import io.penstock.proto.mlflow.v1.ServerServiceGrpc.ServerServiceImplBase;
import jakarta.inject.Singleton;

/// What clients ask before anything else, to learn what the server can do.
@Singleton
final class ServerGrpcService extends ServerServiceImplBase {

  // Clients compare it with the name of MLflow's own class for databases.
  private static final GetServerInfoResponse INFO =
      GetServerInfoResponse.newBuilder()
          .setStoreType("SqlStore")
          .setWorkspacesEnabled(false)
          .setTraceArchivalEnabled(false)
          .setMultipartUploadsEnabled(true)
          .setMultipartDownloadsEnabled(false)
          .build();

  @Override
  public void getServerInfo(
      GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> responses) {
    Calls.unary(responses, () -> INFO);
  }
}
