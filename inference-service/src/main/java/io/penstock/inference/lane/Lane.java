package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The queue before one model version, and the threads that run it. What runs next is
/// [BatchScheduler]'s decision.
public final class Lane implements Engine {

  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  // How often a runner that could run shadow copies looks whether the callers' requests are all
  // done.
  private static final long SHADOW_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final String version;
  private final RunnableModel model;
  private final Ticker ticker;
  private final Foreground foreground;
  private final BatchScheduler<Job> scheduler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final List<LaneRunner> runners;
  private final Consumer<Lane> onClose;
  private boolean closed;

  Lane(
      String version,
      RunnableModel model,
      LaneConfig config,
      Ticker ticker,
      Foreground foreground,
      RunListener listener,
      LogContext log,
      Consumer<Lane> onClose) {
    this.version = version;
    this.model = model;
    this.ticker = ticker;
    this.foreground = foreground;
    this.onClose = onClose;
    this.scheduler =
        new BatchScheduler<>(
            model.shape().batches() ? config.maxBatchRows() : 1,
            config.queueRequests(),
            config.queueBytes(),
            config.shadowRequests());
    this.runners =
        IntStream.range(0, config.runnerThreads())
            .mapToObj(
                i -> LaneRunner.start(this, i, model, config.runTimeout(), ticker, listener, log))
            .toList();
  }

  /// Returns once every runner has its memory; throws what kept one from it.
  void awaitOpen() {
    runners.forEach(LaneRunner::awaitOpen);
  }

  String version() {
    return version;
  }

  /// Takes a job in; from then on it will be told its end. Throws where the lane cannot take it.
  @Override
  public void submit(Job job) {
    lock.lock();
    try {
      refusal(job)
          .ifPresent(
              failure -> {
                throw new FailureException(failure);
              });
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private Optional<InferenceFailure> refusal(Job job) {
    if (closed) {
      throw new IllegalStateException(version + " is closed");
    }
    long now = ticker.nanos();
    if (job.deadline() - now <= 0) {
      return Optional.of(new DeadlinePassed(version, "before the queue"));
    }
    job.queuedAt(now);
    var limit = scheduler.offer(job);
    if (limit.isEmpty() && !job.isShadow()) {
      foreground.entered();
    }
    return limit.map(words -> new QueueFull(version, words, RETRY_AFTER));
  }

  /// Takes a job out that nobody waits for any more. One that is running already runs on, and its
  /// answer is for nobody.
  @Override
  public void cancel(Job job) {
    if (removed(job)) {
      end(job, () -> job.failed(new Cancelled(version)));
    }
  }

  private boolean removed(Job job) {
    lock.lock();
    try {
      return scheduler.remove(job);
    } finally {
      lock.unlock();
    }
  }

  /// The next batch for a runner, waiting for one; null once the lane is closed.
  @Nullable Batch<Job> take() throws InterruptedException {
    lock.lock();
    try {
      for (boolean waited = false; ; waited = true) {
        var batch = scheduler.next(ticker.nanos(), foreground.isQuiet());
        if (!batch.isEmpty()) {
          return waited && batch.reason() == DispatchReason.BACKLOG
              ? batch.because(DispatchReason.IDLE)
              : batch;
        }
        if (closed) {
          return null;
        }
        awaitWork();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() throws InterruptedException {
    if (scheduler.isEmpty()) {
      work.await();
    } else {
      work.awaitNanos(SHADOW_PAUSE);
    }
  }

  /// Tells every job its time is up whose deadline has come: no runner may get to it soon. Stops
  /// runs that take too long.
  void watch() {
    List<Job> expired;
    lock.lock();
    try {
      expired = scheduler.isEmpty() ? List.of() : scheduler.expire(ticker.nanos());
    } finally {
      lock.unlock();
    }
    expired.forEach(this::expire);
    runners.forEach(LaneRunner::stopOverdue);
  }

  void expire(Job job) {
    end(job, () -> job.failed(new DeadlinePassed(version, "in the queue")));
  }

  /// Every job that was taken in ends here, once.
  void end(Job job, Runnable telling) {
    if (!job.isShadow()) {
      foreground.left();
    }
    telling.run();
  }

  @Override
  public int queuedRows() {
    lock.lock();
    try {
      return scheduler.queuedRows();
    } finally {
      lock.unlock();
    }
  }

  /// Ends the runners and lets go of the model. Nobody may be using the lane any more.
  @Override
  public void close() {
    onClose.accept(this);
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    // A model whose run cannot be stopped is kept: to free it under the runtime would end the
    // process.
    if (runners.stream().allMatch(LaneRunner::awaitEnd)) {
      model.close();
    }
  }
}
