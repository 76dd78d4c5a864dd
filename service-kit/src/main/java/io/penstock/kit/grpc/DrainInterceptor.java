package io.penstock.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/// Tells the endless streams when the service stops. By convention an RPC named `Watch…` never ends
/// by itself; a download or any other stream may finish within the grace.
final class DrainInterceptor implements ServerInterceptor {

  private final Drain drain;

  DrainInterceptor(Drain drain) {
    this.drain = drain;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var name = call.getMethodDescriptor().getBareMethodName();
    return name != null && name.startsWith("Watch")
        ? Contexts.interceptCall(Context.current().withValue(Drain.KEY, drain), call, headers, next)
        : next.startCall(call, headers);
  }
}
