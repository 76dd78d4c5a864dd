package io.penstock.kit.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.penstock.kit.identity.ServiceToken;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Calls as this service itself: with its token, and with a deadline where the caller gave none.
final class PeerInterceptor implements ClientInterceptor {

  private final ServiceToken token;
  private final Duration deadline;

  PeerInterceptor(ServiceToken token, Duration deadline) {
    this.token = token;
    this.deadline = deadline;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, withDeadline(method, options))) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        token
            .current()
            .ifPresent(jwt -> headers.put(Credentials.AUTHORIZATION, Credentials.bearer(jwt)));
        super.start(listener, headers);
      }
    };
  }

  // A stream may rightly last longer than any default.
  private CallOptions withDeadline(MethodDescriptor<?, ?> method, CallOptions options) {
    return method.getType() == MethodDescriptor.MethodType.UNARY && options.getDeadline() == null
        ? options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        : options;
  }
}
