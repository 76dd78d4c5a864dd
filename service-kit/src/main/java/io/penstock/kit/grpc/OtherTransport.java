package io.penstock.kit.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;

/// What a transport besides gRPC needs to serve the RPCs of a service: the same interceptors before
/// them, so that trace, metrics, log, failures, access and audit are what they are over gRPC, and
/// the same threads.
@Singleton
public final class OtherTransport {

  private final ServerInterceptors interceptors;
  private final CallExecutors executors;

  OtherTransport(ServerInterceptors interceptors, CallExecutors executors) {
    this.interceptors = interceptors;
    this.executors = executors;
  }

  /// The methods of a service behind the interceptors.
  public ServerServiceDefinition guarded(ServerServiceDefinition service) {
    // grpc-java calls the interceptor first that comes last.
    return io.grpc.ServerInterceptors.intercept(service, interceptors.outermostFirst().reversed());
  }

  /// Where a call must run: its start, and all that its listener is told.
  public <Q, R> Executor executor(ServerCall<Q, R> call, Metadata headers) {
    return executors.getExecutor(call, headers);
  }
}
