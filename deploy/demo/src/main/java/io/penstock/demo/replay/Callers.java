package io.penstock.demo.replay;

import io.grpc.StatusRuntimeException;
import io.penstock.demo.replay.Outcome.Answer;
import io.penstock.demo.replay.Outcome.Unanswered;
import io.penstock.demo.suite.Patience;
import io.penstock.demo.suite.Refusal;
import io.penstock.demo.suite.StepFailed;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A few callers who ask at the same time and wait for their answers. Told to come back later, they
/// do.
public final class Callers implements AutoCloseable {

  private static final int CALLERS = 8;
  private static final int ATTEMPTS = 4;

  private final String model;
  private final GRPCInferenceServiceBlockingStub inference;
  private final Clock clock;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          CALLERS, Thread.ofPlatform().name("caller-", 1).daemon().factory());

  public Callers(String model, GRPCInferenceServiceBlockingStub inference, Clock clock) {
    this.model = model;
    this.inference = inference;
    this.clock = clock;
  }

  /// Asks everything and returns when everything is answered.
  public List<Outcome> ask(List<Ask> asks) {
    try {
      List<Callable<Outcome>> calls =
          asks.stream().<Callable<Outcome>>map(ask -> () -> ask(ask)).toList();
      return threads.invokeAll(calls).stream().map(Callers::outcome).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Outcome ask(Ask ask) {
    ModelInferRequest request = Tensors.request(model, ask);
    for (int attempt = 1; ; attempt++) {
      Instant start = clock.instant();
      try {
        return answer(ask, inference.modelInfer(request), start);
      } catch (StatusRuntimeException e) {
        Refusal refusal = Refusal.of(e);
        if (attempt == ATTEMPTS || refusal.retryAfter().isEmpty()) {
          return new Unanswered(ask, refusal);
        }
        Patience.pause(refusal.retryAfter().orElse(Duration.ZERO));
      }
    }
  }

  private Answer answer(Ask ask, ModelInferResponse response, Instant start) {
    return new Answer(
        ask,
        response
            .getParametersOrDefault("prediction_id", InferParameter.getDefaultInstance())
            .getStringParam(),
        response.getModelVersion(),
        Tensors.probabilities(response),
        ChronoUnit.MICROS.between(start, clock.instant()));
  }

  private static Outcome outcome(Future<Outcome> done) {
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new StepFailed("a caller failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted", e);
    }
  }
}
