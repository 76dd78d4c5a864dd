package io.penstock.gateway.rest;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;

/// Mends request targets before Micronaut reads them, so that every path and query reaches our own
/// code, which refuses in the caller's dialect what it does not know.
@Sharable
final class TargetMending extends ChannelInboundHandlerAdapter {

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head && head.decoderResult().isSuccess()) {
      head.setUri(RequestTarget.legal(head.uri()));
    }
    ctx.fireChannelRead(message);
  }
}
