package io.penstock.kit.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.penstock.kit.service.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/// Times every call: `rpc_server_call_duration_seconds` by `rpc_method` and `code`, and counts
/// those in flight.
final class MetricsInterceptor implements ServerInterceptor {

  private static final Duration[] BUCKETS =
      LongStream.of(
              250,
              500,
              1_000,
              2_500,
              5_000,
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private record Series(String method, Status.Code code) {}

  private final MeterRegistry meters;
  private final Ticker ticker;
  private final AtomicLong inFlight;
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  MetricsInterceptor(MeterRegistry meters, Ticker ticker) {
    this.meters = meters;
    this.ticker = ticker;
    this.inFlight = new AtomicLong();
    meters.gauge("rpc.server.calls.in.flight", inFlight);
  }

  long inFlight() {
    return inFlight.get();
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var timed = new TimedCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
      @Override
      public void onCancel() {
        timed.end(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  private void record(String method, Status.Code code, long nanos) {
    timers
        .computeIfAbsent(new Series(method, code), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Series series) {
    return Timer.builder("rpc.server.call.duration")
        .description("Server-side duration of RPCs, from the first header to the status.")
        .tag("rpc_method", series.method())
        .tag("code", series.code().name())
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  private final class TimedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final long start = ticker.nanos();
    private final AtomicBoolean ended = new AtomicBoolean();

    TimedCall(ServerCall<Q, R> delegate) {
      super(delegate);
      inFlight.incrementAndGet();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end(status.getCode());
      super.close(status, trailers);
    }

    void end(Status.Code code) {
      if (ended.compareAndSet(false, true)) {
        inFlight.decrementAndGet();
        record(getMethodDescriptor().getFullMethodName(), code, ticker.nanos() - start);
      }
    }
  }
}
