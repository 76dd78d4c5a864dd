package io.penstock.gateway.rest;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;

/// Ends a connection whose request was answered before its body came.
///
/// Closing at once would reset the connection under a client that still writes, and many lose the
/// answer by that. So the answer says that the connection closes, our side of it ends, and what
/// comes is read and dropped for a while: long enough for the client to notice, never as long as
/// what it has announced. A short body is read to its end, and the connection lives on.
final class UnreadBodies extends ChannelDuplexHandler {

  static final long MOST_BYTES = 1 << 20;
  static final long MOST_SECONDS = 5;

  private boolean receiving;
  private boolean unasked;
  private boolean closing;
  private boolean answered;
  private long left;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      receiving = true;
      unasked = HttpUtil.is100ContinueExpected(head);
      left = announced(head);
    }
    if (message instanceof ByteBufHolder content) {
      left -= content.content().readableBytes();
    }
    if (message instanceof LastHttpContent) {
      receiving = false;
    }
    ctx.fireChannelRead(message);
    if (answered && (!receiving || left < 0)) {
      ctx.close();
    }
  }

  private static long announced(HttpRequest head) {
    return HttpUtil.getContentLength(
        head, HttpUtil.isTransferEncodingChunked(head) ? Long.MAX_VALUE : 0L);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse head) {
      answer(head);
    }
    if (closing && message instanceof LastHttpContent) {
      promise = promise.unvoid().addListener(_ -> endOutput(ctx));
    }
    ctx.write(message, promise);
  }

  private void answer(HttpResponse head) {
    if (head.status().equals(HttpResponseStatus.CONTINUE)) {
      unasked = false;
    } else if (receiving && (unasked || left > MOST_BYTES)) {
      HttpUtil.setKeepAlive(head, false);
      closing = true;
    }
  }

  private void endOutput(ChannelHandlerContext ctx) {
    answered = true;
    left = MOST_BYTES;
    if (ctx.channel() instanceof DuplexChannel channel) {
      channel.shutdownOutput();
    }
    ctx.executor().schedule(() -> ctx.close(), receiving ? MOST_SECONDS : 0, TimeUnit.SECONDS);
  }
}
