package io.penstock.kit.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.telemetry.LogContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Gives every log line of a call its service, method, trace and caller, and writes a line when it
/// ends: for calls of recorded traces, so that whoever looks at a trace finds it in the logs, and
/// with `DEBUG` for all.
final class LogContextInterceptor implements ServerInterceptor {

  private static final Logger CALLS = LoggerFactory.getLogger("io.penstock.calls");

  private final ServiceName service;

  LogContextInterceptor(ServiceName service) {
    this.service = service;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var log = LogContext.ofCall(service, call.getMethodDescriptor().getFullMethodName());
    var context = log.in(Context.current());
    var logged = new LoggedCall<>(call, log, level());
    return new InLogContext<>(
        log, log.call(() -> Contexts.interceptCall(context, logged, headers, next)));
  }

  private static Level level() {
    return Span.current().getSpanContext().isSampled() ? Level.INFO : Level.DEBUG;
  }

  private static final class LoggedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final LogContext log;
    private final Level level;

    LoggedCall(ServerCall<Q, R> delegate, LogContext log, Level level) {
      super(delegate);
      this.log = log;
      this.level = level;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (CALLS.isEnabledForLevel(level)) {
        var method = getMethodDescriptor().getFullMethodName();
        log.run(() -> CALLS.atLevel(level).log("{} {}", method, status.getCode()));
      }
      super.close(status, trailers);
    }
  }

  /// Only what may log runs in the context: to enter it for callbacks that end or pace a unary call
  /// costs more than they do.
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
  }
}
