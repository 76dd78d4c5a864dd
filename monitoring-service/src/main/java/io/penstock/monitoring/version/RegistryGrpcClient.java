package io.penstock.monitoring.version;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.grpc.Peers;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Asks registry-service about versions.
@Singleton
final class RegistryGrpcClient {

  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final BaselineConfig config;

  RegistryGrpcClient(Peers peers, BaselineConfig config) {
    this.models = ModelServiceGrpc.newBlockingStub(peers.require("registry"));
    this.config = config;
  }

  /// The version as it is registered; empty where the registry does not know it.
  Optional<RegisteredVersion> find(VersionName name) {
    var request = GetModelVersionRequest.newBuilder().setName(name.toString()).build();
    try {
      var version = models.getModelVersion(request);
      return Optional.of(RegistrationProtos.fromProto(version, config.aucMetric()));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw new FailureException(
          new DependencyUnavailable("registry", e.getStatus().toString()), e);
    }
  }
}
