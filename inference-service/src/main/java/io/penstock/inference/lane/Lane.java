package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.CannotMeetDeadline;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.lane.schedule.Dropped;
import io.penstock.inference.lane.schedule.LaneQueue;
import io.penstock.inference.lane.schedule.LaneSettings;
import io.penstock.inference.lane.schedule.Refusal;
import io.penstock.inference.lane.schedule.Run;
import io.penstock.inference.lane.schedule.RunTimes;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One model version at a device: its queue there, and the memory that it runs on. It has no
/// threads of its own; those of the device come to it.
public final class Lane implements Engine {

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final Duration LAST_RUN = Duration.ofSeconds(10);

  private final String version;
  private final RunnableModel model;
  private final RunnerPool pool;
  private final RunListener listener;
  private final Consumer<Lane> onClose;
  private final LaneQueue<Job> queue;
  // The last one used first: its memory is warm, and a version with little to do has only one.
  private final ConcurrentLinkedDeque<ModelRunner> free = new ConcurrentLinkedDeque<>();
  private final AtomicInteger pending = new AtomicInteger();
  private boolean closed;

  /// Fails where the model has no memory to run on.
  Lane(
      String version,
      RunnableModel model,
      LaneSettings settings,
      RunnerPool pool,
      RunListener listener,
      Consumer<Lane> onClose) {
    this.version = version;
    this.model = model;
    this.pool = pool;
    this.listener = listener;
    this.onClose = onClose;
    this.queue = pool.open(model.shape().batches() ? settings : settings.unbatched());
    free.push(model.openRunner());
  }

  String version() {
    return version;
  }

  LaneQueue<Job> queue() {
    return queue;
  }

  /// Takes a job in; from then on it will be told its end. Throws where the lane cannot take it.
  @Override
  public void submit(Job job) {
    pending.incrementAndGet();
    try {
      var refusal = pool.offer(this, job);
      if (refusal != null) {
        throw new FailureException(toFailure(refusal, "before the queue"));
      }
    } catch (RuntimeException e) {
      pending.decrementAndGet();
      throw e;
    }
  }

  /// With the pool's lock held.
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException(version + " is closed");
    }
  }

  private InferenceFailure toFailure(Refusal refusal, String phase) {
    return switch (refusal) {
      case Refusal.Passed _ -> new DeadlinePassed(version, phase);
      case Refusal.Full(var limit) -> new QueueFull(version, limit, RETRY_AFTER);
      case Refusal.TooLate(long expected, long available) ->
          new CannotMeetDeadline(
              version, Duration.ofNanos(expected), Duration.ofNanos(Math.max(0, available)));
    };
  }

  /// Takes a job out that nobody waits for any more. One that is running already runs on, and its
  /// answer is for nobody.
  @Override
  public void cancel(Job job) {
    if (pool.remove(this, job)) {
      fail(job, new Cancelled(version));
    }
  }

  /// Runs a batch on the calling thread.
  List<List<Tensor>> run(UnderWay underWay) throws RunFailed {
    var pooled = free.poll();
    var runner = pooled == null ? model.openRunner() : pooled;
    underWay.runsOn(runner);
    try {
      return checked(runner.run(inputs(underWay.run().jobs())), underWay.run());
    } finally {
      underWay.left();
      free.push(runner);
    }
  }

  private static List<List<Tensor>> checked(List<List<Tensor>> outputs, Run<Job> run) {
    if (outputs.size() != run.jobs().size()) {
      throw new IllegalStateException(
          "%d answers for %d requests".formatted(outputs.size(), run.jobs().size()));
    }
    return outputs;
  }

  private static List<Inputs> inputs(List<Job> jobs) {
    var inputs = new ArrayList<Inputs>(jobs.size());
    for (int i = 0; i < jobs.size(); i++) {
      inputs.add(jobs.get(i).inputs());
    }
    return inputs;
  }

  void ran(Run<Job> run, long finished) {
    try {
      listener.ran(run.jobs().size(), run.rows(), finished - run.started(), run.reason());
    } catch (RuntimeException e) {
      log.error("could not note a run of {}", version, e);
    }
  }

  void held(Run<Job> run, long ended) {
    try {
      listener.held(ended - run.started(), run.expectedNanos());
    } catch (RuntimeException e) {
      log.error("could not note a run of {}", version, e);
    }
  }

  void answer(Job job, List<Tensor> outputs, Execution execution) {
    try {
      job.answered(outputs, execution);
    } catch (RuntimeException | Error e) {
      log.error("could not tell {} its answer", job, e);
    } finally {
      pending.decrementAndGet();
    }
  }

  /// What was taken out of a queue without a run.
  static void tell(List<Dropped<Job>> dropped) {
    for (int i = 0; i < dropped.size(); i++) {
      var job = dropped.get(i).job();
      job.lane().fail(job, job.lane().toFailure(dropped.get(i).why(), "in the queue"));
    }
  }

  void fail(Run<Job> run, RunFailed failure) {
    run.jobs().forEach(job -> fail(job, toFailure(failure)));
  }

  /// A run that does not come back.
  void giveUp(Run<Job> run) {
    run.jobs().forEach(job -> fail(job, new RunTimedOut(version, runTimeout())));
  }

  private Duration runTimeout() {
    return queue.settings().runTimeout();
  }

  private InferenceFailure toFailure(RunFailed failure) {
    var detail = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case INPUT -> new InputRejected(version, detail);
      case TERMINATED -> new RunTimedOut(version, runTimeout());
      case MODEL -> {
        log.warn("{} failed while it ran: {}", version, detail);
        yield new ModelFailed(version, detail);
      }
    };
  }

  private void fail(Job job, InferenceFailure failure) {
    try {
      job.failed(failure);
    } catch (RuntimeException | Error e) {
      log.error("could not tell {} its end", job, e);
    } finally {
      pending.decrementAndGet();
    }
  }

  @Override
  public int queuedRows() {
    return pool.queuedRows(queue);
  }

  /// Requests that were taken in and have not been told their end.
  public int pending() {
    return pending.get();
  }

  @Override
  public List<RunTimes.Expectation> runTimes() {
    return pool.look(queue.times()::expectations);
  }

  /// Ends it when what it took in has been told its end, and lets go of the model.
  @Override
  public void close() {
    onClose.accept(this);
    boolean first =
        pool.look(
            () -> {
              boolean open = !closed;
              closed = true;
              return open;
            });
    // A model whose run cannot be stopped is kept: to free it under the runtime would end the
    // process.
    if (first && pool.retire(queue, LAST_RUN)) {
      free.forEach(ModelRunner::close);
      model.close();
    }
  }
}
