package io.penstock.kit.grpc;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/// Shows every request to the service's own checks.
final class RequestCheckInterceptor implements ServerInterceptor {

  private final List<RequestCheck> checks;

  RequestCheckInterceptor(List<RequestCheck> checks) {
    this.checks = List.copyOf(checks);
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var handler = next.startCall(call, headers);
    return checks.isEmpty() ? handler : new CheckedListener<>(handler);
  }

  private final class CheckedListener<Q> extends SimpleForwardingServerCallListener<Q> {

    CheckedListener(Listener<Q> handler) {
      super(handler);
    }

    @Override
    public void onMessage(Q request) {
      if (request instanceof Message message) {
        checks.forEach(check -> check.check(message));
      }
      super.onMessage(request);
    }
  }
}
