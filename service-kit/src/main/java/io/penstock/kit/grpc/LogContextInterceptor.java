package io.penstock.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.telemetry.LogContext;

/// Gives every log line of a call its service, method, trace and caller.
final class LogContextInterceptor implements ServerInterceptor {

  private final ServiceName service;

  LogContextInterceptor(ServiceName service) {
    this.service = service;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var log = LogContext.ofCall(service, call.getMethodDescriptor().getFullMethodName());
    var context = log.in(Context.current());
    return new InLogContext<>(
        log, log.call(() -> Contexts.interceptCall(context, call, headers, next)));
  }

  private static final class InLogContext<Q> extends SimpleForwardingServerCallListener<Q> {

    private final LogContext log;

    InLogContext(LogContext log, Listener<Q> delegate) {
      super(delegate);
      this.log = log;
    }

    @Override
    public void onMessage(Q message) {
      log.run(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      log.run(super::onHalfClose);
    }

    @Override
    public void onCancel() {
      log.run(super::onCancel);
    }

    @Override
    public void onComplete() {
      log.run(super::onComplete);
    }

    @Override
    public void onReady() {
      log.run(super::onReady);
    }
  }
}
