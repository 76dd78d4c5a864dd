package io.penstock.gateway.rest;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the HTTP port once the gateway can serve, and closes it before the rest of the service
/// stops.
@Singleton
final class HttpEdge implements ApplicationEventListener<ServiceStarted> {

  private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);

  private final Provider<EmbeddedServer> server;

  HttpEdge(Provider<EmbeddedServer> server) {
    this.server = server;
  }

  @Override
  public void onApplicationEvent(ServiceStarted event) {
    server.get().start();
    LOG.info("REST at {}", server.get().getURL());
  }

  /// Closes the port when the service stops; the application context stays, for the calls that are
  /// still under way over gRPC.
  @Singleton
  static final class Closing implements ApplicationEventListener<ServiceStopping> {

    private final Provider<NettyEmbeddedServer> server;

    Closing(Provider<NettyEmbeddedServer> server) {
      this.server = server;
    }

    @Override
    public void onApplicationEvent(ServiceStopping event) {
      server.get().stopServerOnly();
    }
  }
}
