package io.penstock.gateway.forward;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.penstock.gateway.GatewayFailure.ServiceUnavailable;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.edge.RateLimits;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.identity.Caller;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The whole contract as gRPC services that forward to the ones behind: any RPC that is declared
/// can be called here, under the rule that it declares.
@Singleton
final class ForwardedContract extends HandlerRegistry {

  /// Headers that belong to a hop; the channel to the service sets its own.
  private static final Set<String> OF_THE_HOP =
      Set.of("traceparent", "tracestate", "user-agent", "content-type", "te");

  private final Contract contract;
  private final Upstreams upstreams;
  private final Deadlines deadlines;
  private final RateLimits limits;
  private final List<ServerServiceDefinition> services;
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

  ForwardedContract(
      Contract contract, Upstreams upstreams, Deadlines deadlines, RateLimits limits) {
    this.contract = contract;
    this.upstreams = upstreams;
    this.deadlines = deadlines;
    this.limits = limits;
    this.services = contract.services().stream().map(this::definition).toList();
    services.forEach(
        service ->
            service
                .getMethods()
                .forEach(
                    method ->
                        methods.put(method.getMethodDescriptor().getFullMethodName(), method)));
  }

  /// For reflection.
  @Override
  public List<ServerServiceDefinition> getServices() {
    return services;
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String fullName, @Nullable String authority) {
    return methods.get(fullName);
  }

  private ServerServiceDefinition definition(ServiceDescriptor service) {
    List<Rpc> rpcs =
        contract.rpcs().stream().filter(rpc -> rpc.method().getService().equals(service)).toList();
    io.grpc.ServiceDescriptor.Builder descriptor =
        io.grpc.ServiceDescriptor.newBuilder(service.getFullName())
            .setSchemaDescriptor(schema(service));
    Map<Rpc, MethodDescriptor<byte[], byte[]>> forwarded = new HashMap<>();
    rpcs.forEach(rpc -> forwarded.put(rpc, Methods.forwarded(rpc)));
    forwarded.values().forEach(descriptor::addMethod);
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    forwarded.forEach(
        (rpc, method) ->
            definition.addMethod(method, (call, headers) -> forward(rpc, method, call, headers)));
    return definition.build();
  }

  private static ProtoFileDescriptorSupplier schema(ServiceDescriptor service) {
    FileDescriptor file = service.getFile();
    return () -> file;
  }

  private ServerCall.Listener<byte[]> forward(
      Rpc rpc,
      MethodDescriptor<byte[], byte[]> method,
      ServerCall<byte[], byte[]> call,
      Metadata headers) {
    limits.take(
        Caller.find().map(caller -> caller.principal().name()).orElse(RateLimits.ANONYMOUS),
        rpc.cost());
    var service = upstreams.channel(rpc.peer()).newCall(method, options(rpc));
    return new ForwardedCall(
            call, service, (caller, status, trailers) -> end(rpc, caller, status, trailers))
        .start(forwarded(headers));
  }

  /// A caller's own deadline travels with the context. Who set none gets the class's; streams may
  /// last.
  private CallOptions options(Rpc rpc) {
    boolean lasts = rpc.method().isServerStreaming() || Context.current().getDeadline() != null;
    long nanos = deadlines.of(rpc.cost()).toNanos();
    return lasts
        ? CallOptions.DEFAULT
        : CallOptions.DEFAULT.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
  }

  private static void end(
      Rpc rpc, ServerCall<byte[], byte[]> caller, Status status, Metadata trailers) {
    if (Breakers.isUnreachable(new StatusRuntimeException(status, trailers))) {
      String detail = String.valueOf(status.getDescription());
      var failure = new FailureException(new ServiceUnavailable(rpc.peer(), detail, Breakers.OPEN));
      caller.close(Status.UNKNOWN.withCause(failure), new Metadata());
    } else {
      caller.close(status, trailers);
    }
  }

  private static Metadata forwarded(Metadata headers) {
    Metadata forwarded = new Metadata();
    forwarded.merge(headers);
    headers.keys().stream()
        .filter(
            name ->
                OF_THE_HOP.contains(name) || (name.startsWith("grpc-") && !name.endsWith("-bin")))
        .forEach(
            name -> forwarded.discardAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    return forwarded;
  }
}
