package io.penstock.kit.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micronaut.context.env.Environment;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.penstock.kit.identity.ServiceToken;
import io.penstock.kit.service.ReadinessCheck;
import io.penstock.kit.telemetry.CallTracing;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The channels to the other services, whose addresses stand under `penstock.peers`. One channel a
/// peer, made when first asked for; a peer that is down costs nothing but the calls to it.
@Singleton
public final class Peers implements ReadinessCheck, AutoCloseable {

  private static final String PREFIX = "penstock.peers.";

  private final Environment environment;
  private final CallsConfig config;
  private final CallTracing tracing;
  private final PeerInterceptor asThisService;
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
  private final Map<String, ManagedChannel> bareChannels = new ConcurrentHashMap<>();
  private final Set<String> required = ConcurrentHashMap.newKeySet();

  public Peers(
      Environment environment, CallsConfig config, CallTracing tracing, ServiceToken token) {
    this.environment = environment;
    this.config = config;
    this.tracing = tracing;
    this.asThisService = new PeerInterceptor(token, config.deadline());
  }

  /// A channel that calls as this service: its token, a default deadline for unary calls, traces,
  /// and retries.
  public ManagedChannel channel(String peer) {
    return channels.computeIfAbsent(
        peer,
        name ->
            Reconnecting.soon(
                builder(name).intercept(asThisService).intercept(tracing.ofClient()).build()));
  }

  /// A channel that adds nothing but traces and retries: for the gateway, which forwards its
  /// caller's own credential.
  public ManagedChannel bareChannel(String peer) {
    return bareChannels.computeIfAbsent(
        peer, name -> Reconnecting.soon(builder(name).intercept(tracing.ofClient()).build()));
  }

  /// A bare channel whose connection lives on this event loop and whose calls run there, so that a
  /// call that is forwarded from that loop never changes threads. The caller keeps and closes it.
  public ManagedChannel bareChannel(String peer, EventLoop loop) {
    return Reconnecting.soon(
        builder(peer)
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class)
            .directExecutor()
            .intercept(tracing.ofClient())
            .build());
  }

  /// Whether an address is configured for the peer.
  public boolean knows(String peer) {
    return environment.containsProperty(PREFIX + peer);
  }

  /// The service is not ready while this peer cannot be reached.
  public ManagedChannel require(String peer) {
    required.add(peer);
    return channel(peer);
  }

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public Optional<String> waitingFor() {
    var missing =
        required.stream()
            .map(this::unreachable)
            .filter(Objects::nonNull)
            .sorted()
            .collect(Collectors.joining(", "));
    return missing.isEmpty() ? Optional.empty() : Optional.of(missing);
  }

  private @org.jspecify.annotations.Nullable String unreachable(String peer) {
    var state = channel(peer).getState(true);
    return state == ConnectivityState.READY ? null : "%s at %s".formatted(peer, address(peer));
  }

  private NettyChannelBuilder builder(String peer) {
    return NettyChannelBuilder.forTarget(address(peer))
        .usePlaintext()
        .maxInboundMessageSize(config.maxMessageSize())
        .maxInboundMetadataSize(TrailerRoom.PEERS)
        .flowControlWindow(GrpcServer.FLOW_CONTROL_WINDOW)
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .enableRetry()
        .defaultServiceConfig(serviceConfig(config.attempts()));
  }

  private String address(String peer) {
    return environment
        .getProperty(PREFIX + peer, String.class)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    PREFIX + peer + " is missing, expected host:port of the " + peer + " service"));
  }

  // Half of the calls failing uses the budget up: from then on nothing is retried until calls
  // succeed again.
  private static Map<String, ?> serviceConfig(int attempts) {
    if (attempts == 1) {
      return Map.of();
    }
    var retry =
        Map.of(
            "maxAttempts",
            (double) attempts,
            "initialBackoff",
            "0.05s",
            "maxBackoff",
            "0.5s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE"));
    return Map.of(
        "retryThrottling", Map.of("maxTokens", 10.0, "tokenRatio", 0.1),
        "methodConfig", List.of(Map.of("name", List.of(Map.of()), "retryPolicy", retry)));
  }

  @Override
  @PreDestroy
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    bareChannels.values().forEach(ManagedChannel::shutdownNow);
  }
}
