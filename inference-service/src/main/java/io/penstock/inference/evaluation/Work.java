package io.penstock.inference.evaluation;

import io.penstock.inference.runtime.BackgroundThread;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An evaluation under way, on a thread that goes after all that serve.
final class Work implements AutoCloseable {

  // Its process is killed at once; what is waited for is that its files are gone.
  private static final Duration TO_END = Duration.ofSeconds(3);

  private final FutureTask<double[]> evaluation;
  private final Thread thread;

  private Work(FutureTask<double[]> evaluation, Thread thread) {
    this.evaluation = evaluation;
    this.thread = thread;
  }

  static Work start(FutureTask<double[]> evaluation) {
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("benchmark evaluation")
            .start(
                () -> {
                  BackgroundThread.stepBack();
                  evaluation.run();
                });
    return new Work(evaluation, thread);
  }

  /// The predictions.
  ///
  /// @throws TimeoutException where there are none yet
  /// @throws CancellationException where it was stopped
  double[] await(Duration time)
      throws EvaluationFailed, EvaluationHindered, TimeoutException, InterruptedException {
    try {
      return evaluation.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case EvaluationFailed failed -> throw failed;
        case EvaluationHindered hindered -> throw hindered;
        case null, default -> throw new EvaluationHindered("the evaluation broke: " + e, e);
      }
    }
  }

  /// Ends it; whoever waits for it hears so at once.
  void stop() {
    evaluation.cancel(true);
  }

  @Override
  public void close() {
    stop();
    try {
      boolean _ = thread.join(TO_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
