package io.penstock.kit.telemetry;

import io.grpc.Context;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.penstock.kit.service.ServiceName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// What every log line of one call, or of one service's background thread, carries: `service`,
/// `rpc`, `trace_id`, `span_id`, `principal`. Travels in the gRPC context, so that it follows the
/// call from thread to thread.
public final class LogContext {

  private static final Context.Key<LogContext> KEY = Context.key("penstock.log");

  private final ServiceName service;
  private final SpanContext span;
  private final @Nullable String method;

  /// What was added since; replaced as a whole, so that other threads may read it.
  private volatile Map<String, String> more = Map.of();

  private LogContext(ServiceName service, SpanContext span, @Nullable String method) {
    this.service = service;
    this.span = span;
    this.method = method;
  }

  public static LogContext ofService(ServiceName service) {
    return new LogContext(service, SpanContext.getInvalid(), null);
  }

  public static LogContext ofCall(ServiceName service, String method) {
    return new LogContext(service, Span.current().getSpanContext(), method);
  }

  public static Optional<LogContext> current() {
    return Optional.ofNullable(KEY.get());
  }

  public Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /// Adds to this and every later log line of the call.
  public void add(String key, String value) {
    more = with(key, value);
    MDC.put(key, value);
  }

  private Map<String, String> with(String key, String value) {
    if (more.isEmpty()) {
      return Map.of(key, value);
    }
    var all = new HashMap<>(more);
    all.put(key, value);
    return Map.copyOf(all);
  }

  public void run(Runnable work) {
    var before = enter();
    try {
      work.run();
    } finally {
      leave(before);
    }
  }

  public <T> T call(Supplier<T> work) {
    var before = enter();
    try {
      return work.get();
    } finally {
      leave(before);
    }
  }

  private @Nullable Map<String, String> enter() {
    var before = MDC.getCopyOfContextMap();
    if (before != null && !before.isEmpty()) {
      MDC.clear();
    }
    MDC.put("service", service.value());
    if (span.isValid()) {
      MDC.put("trace_id", span.getTraceId());
      MDC.put("span_id", span.getSpanId());
    }
    if (method != null) {
      MDC.put("rpc", method);
    }
    more.forEach(MDC::put);
    return before;
  }

  private static void leave(@Nullable Map<String, String> before) {
    if (before == null || before.isEmpty()) {
      MDC.clear();
    } else {
      MDC.setContextMap(before);
    }
  }
}
