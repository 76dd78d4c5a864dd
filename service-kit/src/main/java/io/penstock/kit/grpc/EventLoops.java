package io.penstock.kit.grpc;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/// The threads that a service's connections live on, for a service that has to know them: it can
/// then keep what a call needs on the thread that the call came in on. A bean of such a service.
public final class EventLoops implements AutoCloseable {

  private final EventLoopGroup accepting;
  private final EventLoopGroup group;
  private final List<EventLoop> loops;

  /// @param threads how many; more than there are processors only costs wake-ups
  public EventLoops(String name, int threads) {
    this.accepting = group(name + "-accept", 1);
    this.group = group(name, threads);
    this.loops =
        StreamSupport.stream(group.spliterator(), false).map(EventLoop.class::cast).toList();
  }

  private static EventLoopGroup group(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  /// The loop whose thread this is; empty on any other thread.
  public Optional<EventLoop> current() {
    for (EventLoop loop : loops) {
      if (loop.inEventLoop()) {
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  void serve(NettyServerBuilder server) {
    server
        .bossEventLoopGroup(accepting)
        .workerEventLoopGroup(group)
        .channelType(NioServerSocketChannel.class);
  }

  @Override
  public void close() {
    accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
