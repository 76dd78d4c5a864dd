package io.penstock.gateway.rest;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.penstock.gateway.GatewayConfig;
import jakarta.inject.Singleton;

/// Gives Micronaut's HTTP server the gateway's own settings, so that there is one set of keys to
/// configure. What we have no opinion on, CORS among it, is configured by Micronaut's own keys.
@Singleton
final class HttpServerSettings implements BeanCreatedEventListener<NettyHttpServerConfiguration> {

  /// A query of a hundred runs, or of a filter, is longer than the 4 KiB that the server has.
  private static final int LONGEST_TARGET = 64 * 1024;

  private final GatewayConfig config;

  HttpServerSettings(GatewayConfig config) {
    this.config = config;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    NettyHttpServerConfiguration server = event.getBean();
    server.setPort(config.port());
    server.setHost(config.host());
    server.setMaxRequestSize(config.maxUploadSize());
    server.setMaxInitialLineLength(LONGEST_TARGET);
    return server;
  }
}
