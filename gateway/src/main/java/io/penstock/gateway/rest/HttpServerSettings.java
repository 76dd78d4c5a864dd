package io.penstock.gateway.rest;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.server.cors.CorsOriginConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.penstock.gateway.GatewayConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// Gives Micronaut's HTTP server the gateway's own settings, so that there is one set of keys to configure.
@Singleton
final class HttpServerSettings implements BeanCreatedEventListener<NettyHttpServerConfiguration> {

  private final GatewayConfig config;

  HttpServerSettings(GatewayConfig config) {
    this.config = config;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    NettyHttpServerConfiguration server = event.getBean();
    server.setPort(config.port());
    server.setHost(config.host());
    server.setMaxRequestSize(config.maxUploadSize());
    if (!config.corsOrigins().isEmpty()) {
      server.getCors().setEnabled(true);
      server.getCors().setConfigurations(Map.of("penstock", origins()));
    }
    return server;
  }

  private CorsOriginConfiguration origins() {
    CorsOriginConfiguration origins = new CorsOriginConfiguration();
    origins.setAllowedOrigins(config.corsOrigins());
    origins.setAllowedMethods(List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE));
    origins.setExposedHeaders(List.of("X-Trace-Id", "Retry-After"));
    origins.setAllowCredentials(false);
    return origins;
  }
}
