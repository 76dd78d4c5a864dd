package io.penstock.inference.rest;

import io.micronaut.runtime.event.annotation.EventListener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.GrpcConfig;
import io.penstock.kit.grpc.OtherTransport;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.kit.service.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens for HTTP/1.1 from the moment that gRPC listens, until the service stops.
@Singleton
public final class RestServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RestServer.class);

  /// How long a client that was refused may take to read why.
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long SWEEP_MILLIS = 250;
  private static final int MOST_PENDING = 1024;

  private final RestConfig config;
  private final GrpcConfig grpc;
  private final RestRoutes routes;
  private final OtherTransport transport;
  private final FailureEncoder failures;
  private final Ticker ticker;
  private final Set<RestConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private @Nullable EventLoopGroup loops;
  private @Nullable Channel listening;

  RestServer(
      RestConfig config,
      GrpcConfig grpc,
      RestRoutes routes,
      OtherTransport transport,
      FailureEncoder failures,
      Ticker ticker) {
    this.config = config;
    this.grpc = grpc;
    this.routes = routes;
    this.transport = transport;
    this.failures = failures;
    this.ticker = ticker;
  }

  @EventListener
  void start(ServiceStarted started) {
    if (!config.enabled()) {
      return;
    }
    var group =
        new MultiThreadIoEventLoopGroup(
            new DefaultThreadFactory("rest", true), NioIoHandler.newFactory());
    loops = group;
    listening = bind(group);
    group.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    log.info("{} listens for HTTP on port {}", started.service(), port());
  }

  private Channel bind(EventLoopGroup group) {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, MOST_PENDING)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Pipeline())
            .bind(new InetSocketAddress(config.host(), config.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IllegalStateException(
          "penstock.inference.rest.port %d cannot be bound".formatted(config.port()),
          bound.cause());
    }
    return bound.channel();
  }

  private final class Pipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      var connection = new RestConnection(RestServer.this);
      channel
          .pipeline()
          .addLast(connection.new FirstBytes())
          .addLast(new HttpRequestDecoder(new HttpDecoderConfig()))
          .addLast(connection);
    }
  }

  /// The port it listens on.
  public int port() {
    if (listening == null) {
      throw new IllegalStateException("REST does not listen");
    }
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  RestConfig config() {
    return config;
  }

  boolean isDraining() {
    return draining;
  }

  long now() {
    return ticker.nanos();
  }

  /// Counts a connection in, if there is room.
  boolean admit(RestConnection connection) {
    if (draining || connections.size() >= config.maxConnections()) {
      return false;
    }
    connections.add(connection);
    return true;
  }

  void forget(RestConnection connection) {
    connections.remove(connection);
  }

  /// How many connections are open.
  int connections() {
    return connections.size();
  }

  /// How many connections are at work, not at rest.
  long working() {
    return connections.stream().filter(RestConnection::works).count();
  }

  /// Has a request answered.
  ///
  /// @return the call, to be cancelled when the client is gone; null where it is answered already
  @Nullable RestCall<?, ?> start(
      RestRequest request, EventLoop loop, Consumer<RestAnswer> answered) {
    try {
      return RestCall.start(routes.find(request), transport, failures, loop, answered);
    } catch (FailureException e) {
      answered.accept(
          e.failure() instanceof RestFailure ours
              ? RestAnswer.failure(ours)
              : RestAnswer.failure(failures.statusOf(e), ""));
      return null;
    }
  }

  private void sweep() {
    long now = now();
    connections.forEach(connection -> connection.check(now));
  }

  /// Takes no new connections, closes those that rest, and lets the others end with their answers.
  @EventListener
  void drain(ServiceStopping stopping) {
    draining = true;
    if (listening != null) {
      listening.close().awaitUninterruptibly();
      connections.forEach(RestConnection::drain);
      awaitEnd();
      connections.forEach(RestConnection::cut);
    }
  }

  private void awaitEnd() {
    var group = loops;
    long end = now() + grpc.drainGrace().toNanos();
    while (group != null && !connections.isEmpty() && now() < end) {
      // A turn of the loops is when connections end.
      group.schedule(() -> {}, 10, TimeUnit.MILLISECONDS).awaitUninterruptibly();
      connections.forEach(RestConnection::drain);
    }
  }

  @Override
  @PreDestroy
  public void close() {
    if (loops != null) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
