package io.penstock.gateway.rest;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;

/// Ends a connection whose request was answered before its body came.
///
/// Closing at once would reset the connection under a client that still writes, and many lose the
/// answer by that. So the answer says that the connection closes, our side of it ends, and what
/// comes is read and dropped. Of a long body it is so much and no more: the client then waits, and
/// has the time to read its answer, before the connection is closed. A short body is read to its
/// end, and the connection lives on.
final class UnreadBodies extends ChannelDuplexHandler {

  static final long SHORT_BYTES = 1 << 20;
  static final long MOST_BYTES = 32 << 20;
  static final long MOST_SECONDS = 5;
  static final long PAUSE_SECONDS = 1;

  private int unanswered;
  private boolean receiving;
  private boolean unasked;
  private boolean closing;
  private boolean answered;
  private boolean pausing;
  private long left;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      unanswered++;
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
    if (answered && !receiving) {
      ctx.close();
    } else if (answered && left < 0 && !pausing) {
      pausing = true;
      ctx.channel().config().setAutoRead(false);
      closeAfter(PAUSE_SECONDS, ctx);
    }
  }

  private static long announced(HttpRequest head) {
    return HttpUtil.getContentLength(
        head, HttpUtil.isTransferEncodingChunked(head) ? Long.MAX_VALUE : 0L);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!pausing) {
      ctx.read();
    }
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
    if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      unasked = false;
      return;
    }
    // One that is still being sent is the last; the answer may be to one before it.
    unanswered--;
    if (unanswered == 0 && receiving && (unasked || left > SHORT_BYTES)) {
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
    closeAfter(receiving ? MOST_SECONDS : 0, ctx);
  }

  private static void closeAfter(long seconds, ChannelHandlerContext ctx) {
    ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
  }

  /// Others close when they have written their answer, which here is too soon.
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (closing) {
      ctx.channel().closeFuture().addListener(_ -> promise.trySuccess());
    } else {
      ctx.close(promise);
    }
  }
}
