package io.penstock.inference.protocol;

import io.micronaut.context.annotation.Factory;
import io.penstock.kit.grpc.DirectMethods;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import jakarta.inject.Singleton;
import java.util.Set;

/// Lets inference run on the transport's own thread: it only hands over, and a thread of its own
/// would cost as much as the rest of the call.
@Factory
final class DirectInference {

  @Singleton
  DirectMethods directMethods() {
    return new DirectMethods(
        Set.of(
            GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
            GRPCInferenceServiceGrpc.getModelStreamInferMethod().getFullMethodName()));
  }
}
