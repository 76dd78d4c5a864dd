package io.penstock.kit.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/// Carries the trace into every call that is made, with a span of its own where the trace is
/// recorded.
final class ClientTracing implements ClientInterceptor {

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  ClientTracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(RpcSpans.SCOPE);
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var current = Context.current();
    var span = spanOf(current, method);
    var context = span == null ? current : current.with(span);
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        propagator.inject(context, headers, TraceHeaders.INSTANCE);
        super.start(span == null ? listener : new Ending<>(listener, span), headers);
      }
    };
  }

  /// None in a trace that is not recorded: the one called is then told the span of our own caller.
  private @Nullable Span spanOf(Context current, MethodDescriptor<?, ?> method) {
    var caller = Span.fromContext(current).getSpanContext();
    return caller.isValid() && !caller.isSampled()
        ? null
        : RpcSpans.start(tracer, current, SpanKind.CLIENT, method);
  }

  private static final class Ending<R> extends SimpleForwardingClientCallListener<R> {

    private final Span span;

    Ending(ClientCall.Listener<R> delegate, Span span) {
      super(delegate);
      this.span = span;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      RpcSpans.end(span, SpanKind.CLIENT, status.getCode());
      super.onClose(status, trailers);
    }
  }
}
