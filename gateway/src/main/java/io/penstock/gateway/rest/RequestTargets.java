package io.penstock.gateway.rest;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

/// Mends request targets before Micronaut reads them, so that every path and query reaches our own
/// code, which refuses in the caller's dialect what it does not know.
@Singleton
final class RequestTargets implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private static final Mending MENDING = new Mending();

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new OfServer());
    return event.getBean();
  }

  /// Of the server first, then of one connection each.
  private record OfServer() implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new OfConnection(channel);
    }
  }

  private record OfConnection(Channel channel) implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel stream, ChannelRole role) {
      return new OfConnection(stream);
    }

    @Override
    public void onStreamPipelineBuilt() {
      channel
          .pipeline()
          .addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "target", MENDING);
    }
  }

  @Sharable
  private static final class Mending extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest head && head.decoderResult().isSuccess()) {
        head.setUri(RequestTarget.legal(head.uri()));
      }
      ctx.fireChannelRead(message);
    }
  }
}
