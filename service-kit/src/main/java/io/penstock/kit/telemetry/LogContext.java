package io.penstock.kit.telemetry;

import io.grpc.Context;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.service.ServiceName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// What every log line of one call, or of one service's background thread, carries: `service`,
/// `rpc`, `trace_id`, `span_id`, `principal`. Travels in the gRPC context, so that it follows the
/// call from thread to thread.
public final class LogContext {

  private static final Context.Key<LogContext> KEY = Context.key("penstock.log");

  private final Map<String, String> entries = new ConcurrentHashMap<>();

  private LogContext(ServiceName service) {
    entries.put("service", service.value());
  }

  public static LogContext ofService(ServiceName service) {
    return new LogContext(service);
  }

  public static LogContext ofCall(ServiceName service, String method) {
    var log = new LogContext(service);
    var span = Span.current().getSpanContext();
    if (span.isValid()) {
      log.entries.put("trace_id", span.getTraceId());
      log.entries.put("span_id", span.getSpanId());
    }
    log.entries.put("rpc", method);
    return log;
  }

  public static Optional<LogContext> current() {
    return Optional.ofNullable(KEY.get());
  }

  public Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /// Adds to this and every later log line of the call.
  public void add(String key, String value) {
    entries.put(key, value);
    MDC.put(key, value);
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
    MDC.setContextMap(entries);
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
