package io.penstock.inference.rest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.penstock.inference.rest.RestFailure.BodyTooLarge;
import io.penstock.inference.rest.RestFailure.MalformedRequest;
import io.penstock.inference.rest.RestFailure.RequestTooSlow;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One connection: reads a request, has it answered, reads the next. Requests that a client sends
/// ahead wait, and the client with them. All of it happens on the connection's own thread.
final class RestConnection extends ChannelInboundHandlerAdapter {

  /// What the connection is doing, and so which patience it deserves.
  enum Phase {
    RESTING,
    READING,
    SERVING,
    WRITING,
    CLOSING
  }

  private final RestServer server;
  private final Queue<HttpObject> ahead = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext channel;
  private @Nullable HttpRequest head;
  private @Nullable BodyBytes body;
  private @Nullable RestCall<?, ?> call;
  private boolean readingAhead;
  private volatile Phase phase = Phase.RESTING;
  private volatile long since;

  RestConnection(RestServer server) {
    this.server = server;
    this.since = server.now();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context;
    if (!server.admit(this)) {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    server.forget(this);
    phase = Phase.CLOSING;
    if (call != null) {
      call.cancel();
      call = null;
    }
    releaseAhead();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /// Bytes came in, of which the decoder may not make anything yet.
  void bytesArrived() {
    if (phase == Phase.RESTING) {
      enter(Phase.READING);
    }
  }

  private void enter(Phase next) {
    since = server.now();
    phase = next;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof HttpObject part) || phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (phase == Phase.SERVING || phase == Phase.WRITING) {
      ahead.add(part);
      context.channel().config().setAutoRead(false);
    } else {
      part(context, part);
    }
  }

  private void part(ChannelHandlerContext context, HttpObject part) {
    try {
      if (part.decoderResult().isFailure()) {
        refuse(context, malformed(part.decoderResult().cause()));
        return;
      }
      if (part instanceof HttpRequest request) {
        begin(context, request);
      }
      if (part instanceof HttpContent content && phase == Phase.READING) {
        more(context, content);
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private static MalformedRequest malformed(Throwable cause) {
    int status =
        switch (cause) {
          case TooLongHttpLineException _ -> 414;
          case TooLongHttpHeaderException _ -> 431;
          default -> 400;
        };
    return new MalformedRequest(status, "no HTTP/1.1: " + cause.getMessage());
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    enter(Phase.READING);
    long announced = HttpUtil.getContentLength(request, -1L);
    if (announced > server.config().maxBodySize()) {
      refuse(context, new BodyTooLarge(server.config().maxBodySize()));
      return;
    }
    head = request;
    body = new BodyBytes(announced, server.config().maxBodySize());
    if (HttpUtil.is100ContinueExpected(request)) {
      context.writeAndFlush(AnswerBytes.goOn(context.alloc()));
    }
  }

  private void more(ChannelHandlerContext context, HttpContent content) {
    var bytes = body;
    var request = head;
    if (bytes == null || request == null) {
      return;
    }
    if (!bytes.add(content.content())) {
      refuse(context, new BodyTooLarge(server.config().maxBodySize()));
    } else if (content instanceof LastHttpContent) {
      body = null;
      head = null;
      serve(context, request, bytes.toArray());
    }
  }

  private void serve(ChannelHandlerContext context, HttpRequest request, byte[] bytes) {
    enter(Phase.SERVING);
    boolean keepAlive = HttpUtil.isKeepAlive(request) && !server.isDraining();
    var whole =
        new RestRequest(
            request.method().name(), request.uri(), request.headers(), bytes, keepAlive);
    call =
        server.start(
            whole, context.channel().eventLoop(), answer -> answered(context, whole, answer));
  }

  private void answered(ChannelHandlerContext context, RestRequest request, RestAnswer answer) {
    if (phase != Phase.SERVING) {
      return;
    }
    call = null;
    enter(Phase.WRITING);
    boolean keepAlive = request.keepAlive() && !server.isDraining();
    context
        .writeAndFlush(AnswerBytes.of(answer, request.wantsBody(), keepAlive, context.alloc()))
        .addListener(written -> written(context, written.isSuccess() && keepAlive));
  }

  private void written(ChannelHandlerContext context, boolean keepAlive) {
    if (phase != Phase.WRITING) {
      return;
    }
    if (!keepAlive) {
      phase = Phase.CLOSING;
      context.close();
      return;
    }
    enter(Phase.RESTING);
    readAhead(context);
  }

  private void readAhead(ChannelHandlerContext context) {
    // A request that is answered at once comes back here: the loop goes on, not the stack.
    if (ahead.isEmpty() || readingAhead) {
      return;
    }
    readingAhead = true;
    while (!ahead.isEmpty() && (phase == Phase.RESTING || phase == Phase.READING)) {
      part(context, ahead.remove());
    }
    readingAhead = false;
    if (ahead.isEmpty()) {
      context.channel().config().setAutoRead(true);
    }
  }

  /// Answers what is no proper request, and hangs up: where the next one would begin is not known.
  private void refuse(ChannelHandlerContext context, RestFailure failure) {
    body = null;
    head = null;
    phase = Phase.CLOSING;
    since = server.now();
    context
        .writeAndFlush(AnswerBytes.of(RestAnswer.failure(failure), true, false, context.alloc()))
        .addListener((ChannelFutureListener) future -> hangUp((SocketChannel) future.channel()));
  }

  // Closing at once would reset the connection while the client still sends, and it would never
  // read why.
  private static void hangUp(SocketChannel channel) {
    channel.shutdownOutput();
  }

  private void releaseAhead() {
    for (var part = ahead.poll(); part != null; part = ahead.poll()) {
      ReferenceCountUtil.release(part);
    }
  }

  /// Ends what takes too long. Called from outside, now and then.
  void check(long now) {
    var context = channel;
    if (context == null) {
      return;
    }
    long waited = now - since;
    switch (phase) {
      case RESTING -> closeIf(context, waited > server.config().idleTimeout().toNanos());
      case READING -> {
        if (waited > server.config().requestTimeout().toNanos()) {
          context.channel().eventLoop().execute(() -> tooSlow(context));
        }
      }
      case WRITING -> closeIf(context, waited > server.config().requestTimeout().toNanos());
      case CLOSING -> closeIf(context, waited > RestServer.LINGER_NANOS);
      case SERVING -> {
        // The call has a deadline of its own.
      }
    }
  }

  private static void closeIf(ChannelHandlerContext context, boolean tooLong) {
    if (tooLong) {
      context.close();
    }
  }

  private void tooSlow(ChannelHandlerContext context) {
    if (phase == Phase.READING) {
      refuse(context, new RequestTooSlow());
    }
  }

  boolean works() {
    return phase != Phase.RESTING;
  }

  /// Closes a connection that rests; one that works ends with its answer.
  void drain() {
    var context = channel;
    if (context != null && phase == Phase.RESTING) {
      context.close();
    }
  }

  /// Closes the connection, whatever it does.
  void cut() {
    var context = channel;
    if (context != null) {
      context.close();
    }
  }

  /// Notices bytes before the decoder has made a request of them: a client that sends a header
  /// slowly must not stay unnoticed.
  final class FirstBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf) {
        bytesArrived();
      }
      context.fireChannelRead(message);
    }
  }
}
