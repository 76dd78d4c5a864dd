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
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Observes HTTP exchanges: a server span that continues the caller's trace, a histogram, and a
/// line in the access log.
@Singleton
final class Exchanges {

  private static final Logger ACCESS = LoggerFactory.getLogger("io.penstock.gateway.access");

  private final OpenTelemetry telemetry;
  private final Tracer tracer;
  private final MeterRegistry meters;
  private final Ticker ticker;
  private final ServiceName service;

  Exchanges(OpenTelemetry telemetry, MeterRegistry meters, Ticker ticker, ServiceName service) {
    this.service = service;
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("io.penstock.gateway");
    this.meters = meters;
    this.ticker = ticker;
  }

  HttpResponse<?> observe(HttpRequest<?> request, Function<Exchange, MutableHttpResponse<?>> work) {
    long start = ticker.nanos();
    Span span = span(request);
    Exchange exchange = new Exchange(span);
    try (Scope _ = span.makeCurrent()) {
      return LogContext.ofCall(service, request.getMethodName() + " " + request.getPath())
          .call(() -> observed(request, exchange, start, work));
    } finally {
      span.end();
    }
  }

  private HttpResponse<?> observed(
      HttpRequest<?> request,
      Exchange exchange,
      long start,
      Function<Exchange, MutableHttpResponse<?>> work) {
    MutableHttpResponse<?> response = work.apply(exchange);
    response.header("X-Trace-Id", exchange.traceId());
    finished(request, exchange, response.code(), ticker.nanos() - start);
    return response;
  }

  private Span span(HttpRequest<?> request) {
    Context caller =
        telemetry
            .getPropagators()
            .getTextMapPropagator()
            .extract(Context.root(), request.getHeaders(), HEADERS);
    return tracer
        .spanBuilder(request.getMethodName())
        .setParent(caller)
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", request.getMethodName())
        .setAttribute("url.path", request.getPath())
        .startSpan();
  }

  private void finished(HttpRequest<?> request, Exchange exchange, int status, long nanos) {
    Span span = Span.current();
    span.setAttribute("http.response.status_code", status);
    if (status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    timer(request.getMethodName(), exchange.route(), status).record(nanos, TimeUnit.NANOSECONDS);
    ACCESS
        .atInfo()
        .addKeyValue("method", request.getMethodName())
        .addKeyValue("path", request.getPath())
        .addKeyValue("status", status)
        .addKeyValue("duration_us", nanos / 1_000)
        .addKeyValue("principal", exchange.principal())
        .log("{} {} {}", request.getMethodName(), request.getPath(), status);
  }

  private Timer timer(String method, String route, int status) {
    return Timer.builder("http.server.request.duration")
        .description("HTTP requests at the gateway, from routing to the answer.")
        .tags("method", method, "route", route, "status", Integer.toString(status))
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
