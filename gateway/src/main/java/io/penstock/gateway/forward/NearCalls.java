package io.penstock.gateway.forward;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Unary calls that nobody waits for: they are made on an event loop, and answered on it.
@Singleton
public final class NearCalls {

  private final NearChannels channels;
  private final Breakers breakers;
  private final Ticker ticker;

  NearCalls(NearChannels channels, Breakers breakers, Ticker ticker) {
    this.channels = channels;
    this.breakers = breakers;
    this.ticker = ticker;
  }

  /// What becomes of a call; told once.
  public interface Outcome<R> {

    void answered(R response);

    /// @param e what [Upstreams] would have thrown
    void failed(RuntimeException e);
  }

  /// Starts a call.
  ///
  /// @return cancels it
  public <Q, R> Runnable start(
      MethodDescriptor<Q, R> method,
      Q request,
      String peer,
      Metadata headers,
      Duration timeout,
      EventLoop loop,
      Outcome<R> outcome) {
    CircuitBreaker breaker = breakers.of(peer);
    if (!breaker.tryAcquirePermission()) {
      throw Breakers.isOpen(peer);
    }
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    ClientCall<Q, R> call = channels.to(peer, loop).newCall(method, options);
    call.start(new Listener<>(peer, breaker, outcome), headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return () -> call.cancel("the caller went away", null);
  }

  private final class Listener<R> extends ClientCall.Listener<R> {

    private final String peer;
    private final CircuitBreaker breaker;
    private final Outcome<R> outcome;
    private final long start = ticker.nanos();
    private @Nullable R response;

    Listener(String peer, CircuitBreaker breaker, Outcome<R> outcome) {
      this.peer = peer;
      this.breaker = breaker;
      this.outcome = outcome;
    }

    @Override
    public void onMessage(R message) {
      response = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      long nanos = ticker.nanos() - start;
      if (status.isOk() && response != null) {
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        outcome.answered(response);
      } else {
        RuntimeException e = status.asRuntimeException(trailers);
        breaker.onError(nanos, TimeUnit.NANOSECONDS, e);
        outcome.failed(
            Breakers.isUnreachable(status, trailers) ? Breakers.unreachable(peer, status) : e);
      }
    }
  }
}
