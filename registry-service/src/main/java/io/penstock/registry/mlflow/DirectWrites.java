package io.penstock.registry.mlflow;

import io.micronaut.context.annotation.Factory;
import io.penstock.kit.grpc.DirectMethods;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import jakarta.inject.Singleton;
import java.util.Set;

/// Lets runs be created from the transport's own thread: it only hands over to the transaction that
/// many of them share, and a thread for each costs more than its share of that.
@Factory
final class DirectWrites {

  @Singleton
  DirectMethods directMethods() {
    return new DirectMethods(
        Set.of(
            TrackingServiceGrpc.getCreateRunMethod().getFullMethodName(),
            ExperimentServiceGrpc.getCreateRunMethod().getFullMethodName()));
  }
}
