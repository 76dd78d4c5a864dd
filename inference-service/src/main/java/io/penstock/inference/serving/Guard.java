package io.penstock.inference.serving;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.ModelUnavailable;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.InferenceFailure.StepFailed;
import io.penstock.inference.InferenceFailure.TooManyInFlight;
import io.penstock.kit.failure.FailureException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The breaker and the bulkhead of one version. Only the model's own failures count against it: not
/// a caller's mistake, not a full queue, not a deadline.
public final class Guard {

  private final String version;
  private final GuardConfig config;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;

  Guard(String version, GuardConfig config) {
    this.version = version;
    this.config = config;
    this.breaker =
        CircuitBreaker.of(
            version,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(config.window())
                .minimumNumberOfCalls(Math.min(config.minimumCalls(), config.window()))
                .failureRateThreshold(config.failureRate())
                .waitDurationInOpenState(config.openFor())
                .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                .build());
    this.bulkhead =
        Bulkhead.of(
            version,
            BulkheadConfig.custom()
                .maxConcurrentCalls(config.maxInFlight())
                .maxWaitDuration(Duration.ZERO)
                .build());
  }

  /// Lets a prediction pass the breaker; what passed must be reported by one of the methods below.
  public boolean tryPass() {
    return breaker.tryAcquirePermission();
  }

  /// Takes a place in the bulkhead, or throws.
  public void enter() {
    if (!bulkhead.tryAcquirePermission()) {
      breaker.releasePermission();
      throw new FailureException(new TooManyInFlight(version, config.maxInFlight()));
    }
  }

  public void succeeded(long nanos) {
    bulkhead.onComplete();
    breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
  }

  public void failed(Throwable thrown, long nanos) {
    bulkhead.onComplete();
    if (isModelsFault(thrown)) {
      breaker.onError(nanos, TimeUnit.NANOSECONDS, thrown);
    } else {
      breaker.releasePermission();
    }
  }

  private static boolean isModelsFault(Throwable thrown) {
    return thrown instanceof FailureException known && isModelsFault(known.failure());
  }

  private static boolean isModelsFault(io.penstock.kit.failure.Failure failure) {
    return failure instanceof InferenceFailure known
        && (known instanceof ModelFailed
            || known instanceof ModelUnavailable
            || known instanceof RunTimedOut
            || (known instanceof StepFailed step && step.modelsFault()));
  }

  /// `CLOSED`, `OPEN` or `HALF_OPEN`.
  public String state() {
    return breaker.getState().name();
  }

  /// How long a caller should wait before it tries an open breaker again.
  public Duration retryAfter() {
    return config.openFor();
  }
}
