package io.penstock.gateway.contract;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.penstock.proto.options.v1.Cost;
import java.util.List;

/// One RPC of the contract, with all that the gateway needs to route, guard and forward it.
///
/// @param peer the service that answers it: `registry`
/// @param cost the rate-limit class that a call draws on
/// @param bindings how it is called over HTTP; empty for RPCs that are gRPC only
/// @param comment what the contract says of it
public record Rpc(
    MethodDescriptor method, String peer, Cost cost, List<HttpBinding> bindings, String comment) {

  /// `penstock.registry.v1.ModelService/GetModel`.
  public String fullName() {
    return method.getService().getFullName() + "/" + method.getName();
  }
}
