package io.penstock.gateway.forward;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.edge.InFlight;
import io.penstock.gateway.edge.RateLimits;
import io.penstock.kit.identity.Caller;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The whole contract as gRPC services that forward to the ones behind: any RPC that is declared
/// can be called here, under the rule that it declares.
@Singleton
final class ForwardedContract extends HandlerRegistry {

  /// Headers that belong to a hop; the channel to the service sets its own.
  private static final List<Metadata.Key<String>> OF_THE_HOP =
      Stream.of(
              "content-type",
              "grpc-accept-encoding",
              "grpc-encoding",
              "grpc-previous-rpc-attempts",
              "grpc-timeout",
              "te",
              "tracestate",
              "traceparent",
              "user-agent")
          .map(name -> Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))
          .toList();

  private final Contract contract;
  private final NearChannels channels;
  private final Deadlines deadlines;
  private final RateLimits limits;
  private final InFlight inFlight;
  private final List<ServerServiceDefinition> services;
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

  ForwardedContract(
      Contract contract,
      NearChannels channels,
      Deadlines deadlines,
      RateLimits limits,
      InFlight inFlight) {
    this.contract = contract;
    this.channels = channels;
    this.deadlines = deadlines;
    this.limits = limits;
    this.inFlight = inFlight;
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
    CallOptions options = options(rpc);
    InFlight.Share share = inFlight.enter();
    // A call made in the caller's context would listen to that context's end; ours is told of it.
    Context callers = Context.ROOT.attach();
    try {
      var service = channels.to(rpc.peer()).newCall(method, options);
      return new ForwardedCall(
              call,
              service,
              share,
              (caller, status, trailers) -> end(rpc, caller, status, trailers))
          .start(forwarded(headers));
    } finally {
      Context.ROOT.detach(callers);
    }
  }

  /// A caller's own deadline travels on. Who set none gets the class's; streams may last.
  private CallOptions options(Rpc rpc) {
    Deadline callers = Context.current().getDeadline();
    if (callers != null) {
      return CallOptions.DEFAULT.withDeadline(callers);
    }
    return rpc.method().isServerStreaming()
        ? CallOptions.DEFAULT
        : CallOptions.DEFAULT.withDeadlineAfter(
            deadlines.of(rpc.cost()).toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void end(
      Rpc rpc, ServerCall<byte[], byte[]> caller, Status status, Metadata trailers) {
    if (Breakers.isUnreachable(status, trailers)) {
      var failure = Breakers.unreachable(rpc.peer(), status);
      caller.close(Status.UNKNOWN.withCause(failure), new Metadata());
    } else {
      caller.close(status, trailers);
    }
  }

  private static Metadata forwarded(Metadata headers) {
    Metadata forwarded = new Metadata();
    forwarded.merge(headers);
    OF_THE_HOP.forEach(forwarded::discardAll);
    return forwarded;
  }
}
