package io.penstock.gateway.mlflow;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.penstock.gateway.contract.Rpc;
import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ServerServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The generated messages of MLflow's API by RPC. They cost two thirds of messages by descriptor,
/// which counts for batches of a thousand metrics and pages of a thousand runs.
final class MlflowMessages {

  private record Prototypes(Message request, Message response) {}

  private final Map<String, Prototypes> byRpc = new HashMap<>();

  MlflowMessages() {
    List.of(
            TrackingServiceGrpc.getServiceDescriptor(),
            LoggedModelServiceGrpc.getServiceDescriptor(),
            ModelRegistryServiceGrpc.getServiceDescriptor(),
            ArtifactFileServiceGrpc.getServiceDescriptor(),
            WebhookServiceGrpc.getServiceDescriptor(),
            ServerServiceGrpc.getServiceDescriptor())
        .forEach(this::add);
  }

  private void add(ServiceDescriptor service) {
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      byRpc.put(
          method.getFullMethodName(),
          new Prototypes(
              prototype(method.getRequestMarshaller()), prototype(method.getResponseMarshaller())));
    }
  }

  // True of every marshaller that generated code makes.
  private static Message prototype(Marshaller<?> marshaller) {
    return (Message)
        Objects.requireNonNull(((PrototypeMarshaller<?>) marshaller).getMessagePrototype());
  }

  Message.Builder request(Rpc rpc) {
    return of(rpc).request().newBuilderForType();
  }

  Message response(Rpc rpc) {
    return of(rpc).response();
  }

  private Prototypes of(Rpc rpc) {
    return Objects.requireNonNull(byRpc.get(rpc.fullName()), rpc.fullName());
  }
}
