package io.penstock.kit.telemetry;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;

/// A span for every call that is answered, in the caller's trace if it has one. What only looks
/// after the suite (health, reflection, the export of spans itself) has none: a receiver of spans
/// that traced its own receiving would never come to rest.
final class ServerTracing implements ServerInterceptor {

  private static final String[] UNTRACED = {
    "grpc.health.", "grpc.reflection.", "opentelemetry.proto.collector."
  };

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  ServerTracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(RpcSpans.SCOPE);
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor();
    if (isUntraced(method.getFullMethodName())) {
      return next.startCall(call, headers);
    }
    var caller = propagator.extract(Context.root(), headers, TraceHeaders.INSTANCE);
    var span = RpcSpans.start(tracer, caller, SpanKind.SERVER, method);
    var context = caller.with(span);
    try (Scope _ = context.makeCurrent()) {
      return new InSpan<>(next.startCall(new TracedCall<>(call, span), headers), context, span);
    }
  }

  private static boolean isUntraced(String method) {
    for (var prefix : UNTRACED) {
      if (method.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static final class TracedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final Span span;

    TracedCall(ServerCall<Q, R> delegate, Span span) {
      super(delegate);
      this.span = span;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      RpcSpans.end(span, SpanKind.SERVER, status.getCode());
    }
  }

  private static final class InSpan<Q> extends SimpleForwardingServerCallListener<Q> {

    private final Context context;
    private final Span span;

    InSpan(Listener<Q> delegate, Context context, Span span) {
      super(delegate);
      this.context = context;
      this.span = span;
    }

    @Override
    public void onMessage(Q message) {
      try (Scope _ = context.makeCurrent()) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      try (Scope _ = context.makeCurrent()) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      try (Scope _ = context.makeCurrent()) {
        super.onCancel();
      }
      RpcSpans.end(span, SpanKind.SERVER, Status.Code.CANCELLED);
    }

    @Override
    public void onComplete() {
      try (Scope _ = context.makeCurrent()) {
        super.onComplete();
      }
    }

    @Override
    public void onReady() {
      try (Scope _ = context.makeCurrent()) {
        super.onReady();
      }
    }
  }
}
