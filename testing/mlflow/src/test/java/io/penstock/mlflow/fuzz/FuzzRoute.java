package io.penstock.mlflow.fuzz;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.HttpBinding;
import io.penstock.gateway.contract.Rpc;
import java.util.List;
import java.util.Map;

/// A way to call an RPC of MLflow's API over HTTP, as the gateway itself reads it from the
/// contract: a new one is here without being named.
record FuzzRoute(Rpc rpc, HttpBinding binding) {

  static List<FuzzRoute> ofMlflow() {
    return Contract.load().rpcs().stream()
        .filter(rpc -> rpc.method().getFile().getPackage().equals("penstock.mlflow.v1"))
        .flatMap(rpc -> rpc.bindings().stream().map(binding -> new FuzzRoute(rpc, binding)))
        .toList();
  }

  String name() {
    return binding.verb() + " " + binding.path();
  }

  Descriptor request() {
    return rpc.method().getInputType();
  }

  /// Whether the body is bytes rather than JSON.
  boolean isUpload() {
    return rpc.method().isClientStreaming();
  }

  boolean hasBody() {
    return !binding.body().isEmpty();
  }

  /// Fields that stand in the path, each with its place there.
  Map<String, String> variables() {
    return binding.path().variables();
  }

  /// Fields that a query may fill.
  List<FieldDescriptor> parameters() {
    return request().getFields().stream()
        .filter(field -> field.getJavaType() != FieldDescriptor.JavaType.MESSAGE)
        .filter(field -> !variables().containsKey(field.getName()))
        .toList();
  }
}
