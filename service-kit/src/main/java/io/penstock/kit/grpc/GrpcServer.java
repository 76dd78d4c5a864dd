package io.penstock.kit.grpc;

import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gRPC server of a service: every `BindableService` bean, health and reflection, behind the
/// interceptors of the kit.
@Singleton
public final class GrpcServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);

  /// Fixed, because grpc-java finds a window by itself only by sending a ping after every message.
  static final int FLOW_CONTROL_WINDOW = 4 << 20;

  private final ServiceName service;
  private final GrpcConfig config;
  private final List<BindableService> services;
  private final List<ListenPort> morePorts;
  private final Optional<HandlerRegistry> fallback;
  private final Optional<EventLoops> loops;
  private final CallExecutors executors;
  private final ServerInterceptors interceptors;
  private final HealthStatusManager health;
  private @Nullable Server server;

  /// @param fallback answers what no service bean does: the gateway's way to forward RPCs as bytes
  /// @param loops the threads of its connections; without them, those that grpc-java shares out
  GrpcServer(
      ServiceName service,
      GrpcConfig config,
      List<BindableService> services,
      List<ListenPort> morePorts,
      Optional<HandlerRegistry> fallback,
      Optional<EventLoops> loops,
      CallExecutors executors,
      ServerInterceptors interceptors,
      HealthStatusManager health) {
    this.service = service;
    this.config = config;
    this.services = List.copyOf(services);
    this.morePorts = List.copyOf(morePorts);
    this.fallback = fallback;
    this.loops = loops;
    this.executors = executors;
    this.interceptors = interceptors;
    this.health = health;
  }

  public void start() {
    var building = build();
    try {
      server = building.start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "penstock.grpc.port %d cannot be bound: %s".formatted(config.port(), e.getMessage()), e);
    }
    log.info("{} listens for gRPC on port {}", service, port());
    morePorts.forEach(
        more -> log.info("{} listens for {} on port {}", service, more.name(), port(more)));
  }

  /// The port it listens on.
  public int port() {
    return running().getPort();
  }

  /// The port it listens on for the one that was asked for, which may have left the choice open.
  public int port(ListenPort asked) {
    // The sockets come in the order in which their addresses were added, the main one first.
    var socket = running().getListenSockets().get(1 + morePorts.indexOf(asked));
    return ((InetSocketAddress) socket).getPort();
  }

  /// Takes no new calls, ends the endless streams, and lets the calls in flight finish within the
  /// grace.
  @Override
  public void close() {
    if (server == null || server.isTerminated()) {
      return;
    }
    var running = server.shutdown();
    interceptors.drain().begin();
    if (!terminated(running, config.drainGrace())) {
      log.warn("calls still in flight after {}; cutting them off", config.drainGrace());
      running.shutdownNow();
      terminated(running, Duration.ofSeconds(1));
    }
  }

  private Server build() {
    // The transport's thread looks the method up; the call then moves to where CallExecutors says.
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
            .executor(Runnable::run)
            .callExecutor(executors)
            .maxInboundMessageSize(config.maxMessageSize())
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveTime(config.permitKeepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true);
    morePorts.forEach(
        more -> builder.addListenAddress(new InetSocketAddress(config.host(), more.port())));
    loops.ifPresent(own -> own.serve(builder));
    services.forEach(builder::addService);
    builder.addService(health.getHealthService());
    builder.addService(ProtoReflectionServiceV1.newInstance());
    fallback.ifPresent(builder::fallbackHandlerRegistry);
    // grpc-java calls the interceptor first that was added last.
    for (ServerInterceptor interceptor : interceptors.outermostFirst().reversed()) {
      builder.intercept(interceptor);
    }
    return builder.build();
  }

  private Server running() {
    if (server == null) {
      throw new IllegalStateException(service + " does not listen yet");
    }
    return server;
  }

  private static boolean terminated(Server server, Duration within) {
    try {
      return server.awaitTermination(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
