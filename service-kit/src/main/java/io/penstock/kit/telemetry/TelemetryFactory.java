package io.penstock.kit.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.penstock.kit.identity.ServiceToken;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// The telemetry of one service.
@Factory
final class TelemetryFactory {

  @Singleton
  @Bean(preDestroy = "close")
  OpenTelemetrySdk openTelemetry(
      ServiceName service, TelemetryConfig config, TraceSampling sampling, ServiceToken token) {
    var provider =
        SdkTracerProvider.builder()
            .setResource(resource(service))
            .setSampler(Sampler.parentBased(sampling));
    var endpoint = config.endpoint();
    if (endpoint != null) {
      provider.addSpanProcessor(
          BatchSpanProcessor.builder(exporter(endpoint, token))
              .setMaxQueueSize(8192)
              .setScheduleDelay(Duration.ofSeconds(1))
              // Also the longest that a stopping service waits for a receiver that is gone.
              .setExporterTimeout(Duration.ofSeconds(2))
              .build());
    }
    return OpenTelemetrySdk.builder()
        .setTracerProvider(provider.build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  @Singleton
  Tracer tracer(OpenTelemetry openTelemetry) {
    return openTelemetry.getTracer("penstock");
  }

  @Singleton
  @Bean(preDestroy = "close")
  PrometheusMeterRegistry meters(ServiceName service) {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    meters.config().commonTags("service", service.value());
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    bindGc(meters);
    return meters;
  }

  // Its listener lives as long as the registry, which lives as long as the service.
  @SuppressWarnings("resource")
  private static void bindGc(MeterRegistry meters) {
    new JvmGcMetrics().bindTo(meters);
  }

  private static Resource resource(ServiceName service) {
    return Resource.getDefault()
        .merge(Resource.create(Attributes.builder().put("service.name", service.value()).build()));
  }

  private static SpanExporter exporter(URI endpoint, ServiceToken token) {
    return OtlpGrpcSpanExporter.builder()
        .setEndpoint(endpoint.toString())
        .setTimeout(Duration.ofSeconds(5))
        .setHeaders(
            () ->
                token
                    .current()
                    .map(jwt -> Map.of("authorization", "Bearer " + jwt))
                    .orElse(Map.of()))
        .build();
  }
}
