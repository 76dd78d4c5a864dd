package io.penstock.gateway.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Observes HTTP exchanges: a server span that continues the caller's trace, a histogram, and a
/// line in the access log.
@Singleton
public final class Exchanges {

  private static final Logger ACCESS = LoggerFactory.getLogger("io.penstock.gateway.access");

  private record Series(String method, String route, int status) {}

  private final TextMapPropagator propagator;
  private final Tracer tracer;
  private final MeterRegistry meters;
  private final Ticker ticker;
  private final ServiceName service;

  /// A look-up in the registry costs more than all else that is done here.
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  Exchanges(OpenTelemetry telemetry, MeterRegistry meters, Ticker ticker, ServiceName service) {
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
    this.tracer = telemetry.getTracer("io.penstock.gateway");
    this.meters = meters;
    this.ticker = ticker;
    this.service = service;
  }

  /// Runs an exchange of Micronaut's from its beginning to its end.
  HttpResponse<?> observe(HttpRequest<?> request, Function<Exchange, MutableHttpResponse<?>> work) {
    Exchange exchange =
        begin(request.getMethodName(), request.getPath(), request.getHeaders(), HEADERS);
    return inContextOf(
        exchange,
        () -> {
          MutableHttpResponse<?> response = work.apply(exchange);
          response.header("X-Trace-Id", exchange.traceId());
          exchange.finished(response.code());
          return response;
        });
  }

  /// Begins an exchange, which is to be [finished][Exchange#finished].
  ///
  /// @param path without the query
  public <C> Exchange begin(String method, String path, C headers, TextMapGetter<C> getter) {
    Context caller = propagator.extract(Context.root(), headers, getter);
    Span span =
        tracer.spanBuilder(method).setParent(caller).setSpanKind(SpanKind.SERVER).startSpan();
    if (span.isRecording()) {
      span.setAttribute("http.request.method", method);
      span.setAttribute("url.path", path);
    }
    return new Exchange(this, method, path, caller.with(span), ticker.nanos());
  }

  /// Runs work that may log, or call a service, for an exchange.
  public <T> T inContextOf(Exchange exchange, Supplier<T> work) {
    try (Scope _ = exchange.context().makeCurrent()) {
      return LogContext.ofCall(service, exchange.method() + " " + exchange.path()).call(work);
    }
  }

  void finished(Exchange exchange, int status) {
    long nanos = ticker.nanos() - exchange.start();
    timers
        .computeIfAbsent(new Series(exchange.method(), exchange.route(), status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
    if (exchange.isWorthALine(status)) {
      inContextOf(
          exchange,
          () -> {
            write(exchange, status, nanos);
            return exchange;
          });
    }
  }

  private static void write(Exchange exchange, int status, long nanos) {
    ACCESS
        .atInfo()
        .addKeyValue("method", exchange.method())
        .addKeyValue("path", exchange.path())
        .addKeyValue("status", status)
        .addKeyValue("duration_us", nanos / 1_000)
        .addKeyValue("principal", exchange.principal())
        .log("{} {} {}", exchange.method(), exchange.path(), status);
  }

  private Timer timer(Series series) {
    return Timer.builder("http.server.request.duration")
        .description("HTTP requests at the gateway, from routing to the answer.")
        .tags(
            "method",
            series.method(),
            "route",
            series.route(),
            "status",
            Integer.toString(series.status()))
        .serviceLevelObjectives(
            Duration.ofNanos(500_000),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofSeconds(1))
        .register(meters);
  }

  private static final TextMapGetter<HttpHeaders> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpHeaders headers) {
          return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable HttpHeaders headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };
}
