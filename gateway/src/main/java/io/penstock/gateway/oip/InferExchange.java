package io.penstock.gateway.oip;

import io.grpc.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.opentelemetry.context.Scope;
import io.penstock.gateway.edge.Credential;
import io.penstock.gateway.edge.InFlight;
import io.penstock.gateway.forward.NearCalls;
import io.penstock.gateway.rest.Exchange;
import io.penstock.gateway.rest.HttpCodes;
import io.penstock.gateway.rest.Refusals;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.Compression;
import io.penstock.oip.ErrorBodies;
import io.penstock.oip.InferRequests;
import io.penstock.oip.InferResponses;
import io.penstock.oip.InferTarget;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One prediction over REST, from the head of its request to its answer. All of it happens on the
/// event loop of its connection; only a token that was never seen is verified elsewhere.
final class InferExchange implements NearCalls.Outcome<ModelInferResponse> {

  /// More than this takes milliseconds to read or write as JSON, or to inflate.
  private static final int MOST_BYTES_ON_LOOP = 128 * 1024;

  private final InferRoute route;
  private final EventLoop loop;
  private final HttpRequest head;
  private final InferTarget target;
  private final Consumer<FullHttpResponse> out;
  private final Exchange exchange;
  private final Optional<Credential> credential;
  private final RequestBody body;
  private InFlight.@Nullable Share share;
  private boolean admitted;
  private @Nullable RuntimeException refusal;
  private @Nullable ModelInferRequest request;
  private @Nullable InferAnswer answer;
  private @Nullable Runnable cancellation;
  private boolean ended;

  /// @param out takes the answer, once, unless the exchange is cancelled before
  InferExchange(
      InferRoute route,
      EventLoop loop,
      HttpRequest head,
      InferTarget target,
      Consumer<FullHttpResponse> out) {
    long announced = HttpUtil.getContentLength(head, -1L);
    this.route = route;
    this.loop = loop;
    this.head = head;
    this.target = target;
    this.out = out;
    this.exchange = route.begin(head);
    this.credential = InferHeaders.credentialOf(head);
    this.body = new RequestBody(announced, route.maxBodySize());
    exchange.routed(route.rpc(), route.binding(target));
    refuseIfThrown(() -> reserve(announced));
    if (refusal == null && route.gatekeeper().answersAtOnce(credential)) {
      admit();
    }
  }

  /// Who does not say how long a body is is taken to send the longest.
  private void reserve(long announced) {
    share = route.inFlight().enter();
    share.hold(announced < 0 ? route.maxBodySize() : Math.min(announced, route.maxBodySize()));
  }

  private void admit() {
    refuseIfThrown(
        () -> {
          exchange.admitted(route.gatekeeper().admitAtOnce(route.rpc(), credential));
          admitted = true;
        });
  }

  /// A refusal waits until the request is read, so that the connection stays of use.
  private void refuseIfThrown(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      refusal = e;
      body.drop();
    }
  }

  void add(ByteBuf part) {
    body.add(part);
  }

  /// The request is read.
  void received() {
    if (admitted || refusal != null) {
      proceed();
    } else {
      // To verify a signature takes long, to fetch the issuer's keys may take seconds.
      apart(this::admit, this::proceed);
    }
  }

  private void proceed() {
    if (refusal != null) {
      failed(refusal);
      return;
    }
    step(
        () -> {
          byte[] bytes = body.take();
          if (isQuicklyRead(bytes)) {
            read(bytes);
            call();
          } else {
            apart(() -> read(bytes), this::call);
          }
        });
  }

  /// A few compressed bytes may stand for very many.
  private boolean isQuicklyRead(byte[] bytes) {
    return bytes.length <= MOST_BYTES_ON_LOOP
        && !head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
  }

  private void read(byte[] bytes) {
    byte[] plain = Compression.inflated(bytes, head.headers()::get, route.maxBodySize());
    request = InferRequests.read(target, plain, head.headers()::get);
  }

  private void call() {
    cancellation =
        route
            .calls()
            .start(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                Objects.requireNonNull(request),
                route.rpc().peer(),
                metadata(),
                timeout(),
                loop,
                this);
  }

  /// A step of the exchange on its loop; what it throws is its answer.
  private void step(Runnable work) {
    if (ended) {
      return;
    }
    try (Scope _ = exchange.context().makeCurrent()) {
      work.run();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /// Does what would hold up the other connections of the loop on a thread of its own, and goes on
  /// on the loop.
  private void apart(Runnable work, Runnable then) {
    Thread.startVirtualThread(
        () -> {
          try {
            work.run();
            loop.execute(() -> step(then));
          } catch (RuntimeException e) {
            loop.execute(() -> failed(e));
          }
        });
  }

  private Duration timeout() {
    return route.deadlines().of(route.rpc().cost(), head.headers().get("X-Request-Timeout"));
  }

  private Metadata metadata() {
    return credential.map(Credential::forwarded).orElseGet(Metadata::new);
  }

  /// The caller went away.
  void cancel() {
    if (!ended) {
      end(HttpCodes.CLIENT_GONE);
      if (cancellation != null) {
        cancellation.run();
      }
    }
  }

  @Override
  public void answered(ModelInferResponse response) {
    if (response.getSerializedSize() <= MOST_BYTES_ON_LOOP) {
      step(
          () -> {
            write(response);
            send();
          });
    } else {
      apart(() -> write(response), this::send);
    }
  }

  private void write(ModelInferResponse response) {
    answer =
        InferAnswer.of(
            200,
            InferResponses.write(response, Objects.requireNonNull(request)),
            head.headers()::get);
  }

  @Override
  public void failed(RuntimeException e) {
    if (ended) {
      return;
    }
    FailureStatus failure =
        route.exchanges().inContextOf(exchange, () -> route.refusals().statusOf(e));
    int status = HttpCodes.of(failure);
    answer =
        InferAnswer.of(status, ErrorBodies.write(failure, exchange.traceId()), head.headers()::get)
            .with(Refusals.headers(status, failure));
    send();
  }

  private void send() {
    InferAnswer ready = Objects.requireNonNull(answer);
    end(ready.status());
    out.accept(ready.toResponse(exchange.traceId(), route.date()));
  }

  private void end(int status) {
    ended = true;
    if (share != null) {
      share.leave();
    }
    exchange.finished(status);
  }
}
