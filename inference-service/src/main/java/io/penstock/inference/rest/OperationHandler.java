package io.penstock.inference.rest;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.util.Objects;

/// Gives the handler of an RPC the message that the operation of the current call reads. It stands
/// behind the interceptors, so that a body is only read for a caller who may call, and a body that
/// is wrong is a failure like any other.
final class OperationHandler<Q, R> implements ServerCallHandler<Q, R> {

  private static final Context.Key<RestOperation> OPERATION = Context.key("penstock.rest");

  private final ServerCallHandler<Q, R> handler;

  private OperationHandler(ServerCallHandler<Q, R> handler) {
    this.handler = handler;
  }

  static <Q, R> ServerMethodDefinition<Q, R> around(ServerMethodDefinition<Q, R> method) {
    return method.withServerCallHandler(new OperationHandler<>(method.getServerCallHandler()));
  }

  /// A context in which this operation is the current call's.
  static Context context(RestOperation operation) {
    return Context.ROOT.withValue(OPERATION, operation);
  }

  @Override
  public Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    var operation = Objects.requireNonNull(OPERATION.get());
    return new SimpleForwardingServerCallListener<>(handler.startCall(call, headers)) {
      // The method's own descriptor says that its requests are of this type.
      @Override
      @SuppressWarnings("unchecked")
      public void onHalfClose() {
        super.onMessage((Q) operation.read());
        super.onHalfClose();
      }
    };
  }
}
