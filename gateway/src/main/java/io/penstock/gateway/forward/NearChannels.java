package io.penstock.gateway.forward;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import io.penstock.kit.grpc.EventLoops;
import io.penstock.kit.grpc.Peers;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A connection to each service on every event loop, so that a forwarded call stays on the thread
/// that it came in on. Waking another thread costs more than all else that the gateway does to a
/// call.
@Singleton
public final class NearChannels implements AutoCloseable {

  private record Near(String peer, EventLoop loop) {}

  private final Peers peers;
  private final EventLoops loops;
  private final Map<Near, ManagedChannel> channels = new ConcurrentHashMap<>();

  NearChannels(Peers peers, EventLoops loops) {
    this.peers = peers;
    this.loops = loops;
  }

  /// The channel of the loop that this thread runs; on any other thread the shared one.
  Channel to(String peer) {
    return loops.current().map(loop -> to(peer, loop)).orElseGet(() -> peers.bareChannel(peer));
  }

  /// The channel on a loop.
  public Channel to(String peer, EventLoop loop) {
    return channels.computeIfAbsent(
        new Near(peer, loop), near -> peers.bareChannel(near.peer(), near.loop()));
  }

  @Override
  @PreDestroy
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
