package io.penstock.gateway.contract;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.penstock.kit.access.AccessRule;
import io.penstock.proto.options.v1.Cost;
import java.util.List;
import java.util.Optional;

/// One RPC of the contract, with all that the gateway needs to route, guard and forward it.
///
/// @param fullName `penstock.registry.v1.ModelService/GetModel`
/// @param access what it demands of callers; empty means that nobody may call it
/// @param peer the service that answers it: `registry`
/// @param cost the rate-limit class that a call draws on
/// @param bindings how it is called over HTTP; empty for RPCs that are gRPC only
/// @param comment what the contract says of it
public record Rpc(
    MethodDescriptor method,
    String fullName,
    Optional<AccessRule> access,
    String peer,
    Cost cost,
    List<HttpBinding> bindings,
    String comment) {}
