package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread of a lane: takes the next batch, runs it, tells each job its end.
final class LaneRunner {

  private static final Logger log = LoggerFactory.getLogger(LaneRunner.class);
  private static final Duration LAST_RUN = Duration.ofSeconds(10);

  private final Lane lane;
  private final Duration runTimeout;
  private final Ticker ticker;
  private final RunListener listener;
  private final Thread thread;
  private final CompletableFuture<ModelRunner> opened = new CompletableFuture<>();
  // The start of the current run; null between runs.
  private volatile @Nullable Long runningSince;

  private LaneRunner(
      Lane lane,
      int number,
      RunnableModel model,
      Duration runTimeout,
      Ticker ticker,
      RunListener listener,
      LogContext context) {
    this.lane = lane;
    this.runTimeout = runTimeout;
    this.ticker = ticker;
    this.listener = listener;
    // A platform thread: a run is native code and would pin a virtual one.
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("lane " + lane.version() + " #" + number)
            .unstarted(() -> context.run(() -> live(model)));
  }

  static LaneRunner start(
      Lane lane,
      int number,
      RunnableModel model,
      Duration runTimeout,
      Ticker ticker,
      RunListener listener,
      LogContext context) {
    var runner = new LaneRunner(lane, number, model, runTimeout, ticker, listener, context);
    runner.thread.start();
    return runner;
  }

  void awaitOpen() {
    opened.join();
  }

  private void live(RunnableModel model) {
    try (var runner = model.openRunner()) {
      opened.complete(runner);
      for (var batch = lane.take(); batch != null; batch = lane.take()) {
        batch.expired().forEach(job -> guarded(job, () -> lane.expire(job)));
        if (!batch.jobs().isEmpty()) {
          run(runner, batch.jobs(), batch.reason());
        }
      }
    } catch (InterruptedException e) {
      log.debug("{} was interrupted", thread.getName());
    } catch (RuntimeException | Error e) {
      opened.completeExceptionally(e);
      throw e;
    }
  }

  private void run(ModelRunner runner, List<Job> jobs, DispatchReason reason) {
    long started = ticker.nanos();
    runningSince = started;
    try {
      var answers = runner.run(jobs.stream().map(Job::inputs).toList());
      runningSince = null;
      tell(jobs, answers, started, reason);
    } catch (RunFailed e) {
      runningSince = null;
      failed(runner, jobs, e);
    } catch (RuntimeException | Error e) {
      runningSince = null;
      log.error("{} broke", lane.version(), e);
      failed(runner, jobs, new RunFailed(RunFailed.Cause.MODEL, e));
    }
  }

  private void tell(
      List<Job> jobs, List<List<Tensor>> answers, long started, DispatchReason reason) {
    long finished = ticker.nanos();
    int rows = jobs.stream().mapToInt(Job::rows).sum();
    listener.ran(jobs.size(), rows, finished - started, reason);
    for (int i = 0; i < jobs.size(); i++) {
      var job = jobs.get(i);
      var outputs = answers.get(i);
      var execution = new Execution(job.queued(), started, finished, jobs.size(), rows, reason);
      guarded(job, () -> lane.end(job, () -> job.answered(outputs, execution)));
    }
  }

  // The values of one request must not fail its neighbours: after a failure each runs alone.
  private void failed(ModelRunner runner, List<Job> jobs, RunFailed failure) {
    if (jobs.size() == 1 || failure.kind() == RunFailed.Cause.TERMINATED) {
      jobs.forEach(job -> fail(job, failure));
      return;
    }
    for (var job : jobs) {
      if (job.deadline() - ticker.nanos() > 0) {
        run(runner, List.of(job), DispatchReason.ISOLATED);
      } else {
        guarded(job, () -> lane.expire(job));
      }
    }
  }

  private void fail(Job job, RunFailed failure) {
    guarded(job, () -> lane.end(job, () -> job.failed(toFailure(failure))));
  }

  private InferenceFailure toFailure(RunFailed failure) {
    var detail = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case INPUT -> new InputRejected(lane.version(), detail);
      case TERMINATED -> new RunTimedOut(lane.version(), runTimeout);
      case MODEL -> {
        log.warn("{} failed while it ran: {}", lane.version(), detail);
        yield new ModelFailed(lane.version(), detail);
      }
    };
  }

  private void guarded(Job job, Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error e) {
      log.error("could not tell {} its end", job, e);
    }
  }

  /// Stops a run that takes longer than it may.
  void stopOverdue() {
    var since = runningSince;
    if (since != null && ticker.nanos() - since > runTimeout.toNanos()) {
      var runner = opened.getNow(null);
      if (runner != null) {
        runner.terminate();
      }
    }
  }

  /// Waits for the thread to end; false where its run would not stop.
  boolean awaitEnd() {
    try {
      if (thread.join(LAST_RUN)) {
        return true;
      }
      opened.join().terminate();
      return thread.join(LAST_RUN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
