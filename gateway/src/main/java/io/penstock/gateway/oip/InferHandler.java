package io.penstock.gateway.oip;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.penstock.oip.InferRequests;
import io.penstock.oip.InferTarget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the predictions out of the requests of one HTTP connection; all others go on to Micronaut.
///
/// A connection may be sent requests before the answers to earlier ones. Answers must keep their
/// order, so whatever comes while an answer is due from the other side waits here, unread.
final class InferHandler extends ChannelDuplexHandler {

  private final InferRoute route;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private @Nullable InferExchange prediction;

  /// Whether the prediction's request is read, so that what comes next is another request.
  private boolean received;

  /// Requests that went on and were not answered yet.
  private int elsewhere;

  private boolean readWanted;

  /// Whether the last answer of this connection is on its way, and what still comes is for nobody.
  private boolean closing;

  InferHandler(InferRoute route) {
    this.route = route;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (mustWait(message) || !waiting.isEmpty()) {
      waiting.add(message);
    } else {
      dispatch(ctx, message);
    }
  }

  private boolean mustWait(Object message) {
    return prediction != null ? received : elsewhere > 0 && target(message).isPresent();
  }

  private static Optional<InferTarget> target(Object message) {
    return message instanceof HttpRequest head && isOurs(head)
        ? InferTarget.find(head.method().name(), head.uri())
        : Optional.empty();
  }

  /// Browsers' cross-origin requests are Micronaut's, which knows the rules for them; a raw tensor
  /// has to wait for the model's metadata, which has no place on an event loop.
  private static boolean isOurs(HttpRequest head) {
    return head.decoderResult().isSuccess()
        && !head.headers().contains(HttpHeaderNames.ORIGIN)
        && !InferRequests.isRaw(head.headers()::get);
  }

  private void dispatch(ChannelHandlerContext ctx, Object message) {
    Optional<InferTarget> target = target(message);
    if (target.isPresent()) {
      begin(ctx, (HttpRequest) message, target.get());
    }
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (prediction != null) {
      read(message);
    } else {
      elsewhere += message instanceof HttpRequest ? 1 : 0;
      ctx.fireChannelRead(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head, InferTarget target) {
    boolean endless = route.isEndless(HttpUtil.getContentLength(head, -1L));
    boolean keepAlive = HttpUtil.isKeepAlive(head) && !endless;
    received = false;
    prediction =
        new InferExchange(
            route,
            ctx.channel().eventLoop(),
            head,
            target,
            response -> answer(ctx, response, keepAlive));
    if (endless) {
      closing = true;
      received = true;
      prediction.received();
    } else if (HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void read(Object message) {
    try {
      if (message instanceof HttpContent content && prediction != null) {
        prediction.add(content.content());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
    if (message instanceof LastHttpContent && prediction != null) {
      received = true;
      prediction.received();
    }
  }

  private void answer(ChannelHandlerContext ctx, FullHttpResponse response, boolean keepAlive) {
    prediction = null;
    HttpUtil.setKeepAlive(response, keepAlive);
    var written = ctx.writeAndFlush(response);
    if (keepAlive) {
      proceed(ctx);
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /// Lets go on what waited, until something has to wait again.
  private void proceed(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty() && !mustWait(waiting.getFirst())) {
      dispatch(ctx, waiting.removeFirst());
    }
    if (waiting.isEmpty() && readWanted) {
      readWanted = false;
      ctx.read();
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (waiting.isEmpty()) {
      ctx.read();
    } else {
      readWanted = true;
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
    if (message instanceof LastHttpContent && !isInterim(message)) {
      elsewhere--;
      if (!waiting.isEmpty()) {
        ctx.executor().execute(() -> proceed(ctx));
      }
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
  }

  private void stop() {
    if (prediction != null) {
      prediction.cancel();
      prediction = null;
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }
}
