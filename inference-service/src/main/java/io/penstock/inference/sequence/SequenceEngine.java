package io.penstock.inference.sequence;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.InferenceFailure.SequenceInterrupted;
import io.penstock.inference.InferenceFailure.SequenceUnknown;
import io.penstock.inference.InferenceFailure.TooManySequences;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.EngineLayer;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.JobEnds;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.service.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Before the lane of a model that remembers: lets the steps of a sequence run one after another in
/// the order they came, each with the state that the last answered one left. Steps of several
/// sequences run together as any requests do.
///
/// A step counts when it is answered. Whatever else happens to it, its sequence stays as it was
/// before, so it may be sent again; steps that waited behind it fail, too, because they would have
/// run on a gap.
public final class SequenceEngine extends EngineLayer {

  private static final Logger log = LoggerFactory.getLogger(SequenceEngine.class);
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final String version;
  private final SequenceModel model;
  private final SequenceLimits limits;
  private final OpenSequences all;
  private final Engine lane;
  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, OpenSequence> open = new HashMap<>();
  private final Map<Job, OpenSequence> waiting = new HashMap<>();
  private final Map<Job, Step> running = new HashMap<>();

  SequenceEngine(
      String version,
      SequenceModel model,
      SequenceLimits limits,
      OpenSequences all,
      Engine lane,
      Ticker ticker) {
    super(lane);
    this.version = version;
    this.model = model;
    this.limits = limits;
    this.all = all;
    this.lane = lane;
    this.ticker = ticker;
  }

  @Override
  public void submit(Job job) {
    var step =
        job.terms()
            .sequence()
            .orElseThrow(
                () ->
                    InvalidArguments.of(
                        "parameters.sequence_id", "is missing, the model works on sequences"));
    advance(enter(job, step));
  }

  private OpenSequence enter(Job job, SequenceStep step) {
    lock.lock();
    try {
      long rows = model.rows(job.inputs());
      var sequence = step.start() ? begin(job, step, rows) : find(step.key());
      check(sequence, rows);
      sequence.ending |= step.end();
      sequence.waiting.add(job);
      waiting.put(job, sequence);
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  private OpenSequence begin(Job job, SequenceStep step, long rows) {
    // What the model cannot take shows here, before anything has changed.
    var _ = model.inputs(job.inputs(), model.begin(rows), step);
    return begin(step.key(), rows);
  }

  private OpenSequence begin(String id, long rows) {
    long now = ticker.nanos();
    Optional.ofNullable(open.get(id)).ifPresent(this::close);
    if (open.size() >= limits.most()) {
      forgetIdle(now);
    }
    if (open.size() >= limits.most()) {
      throw refused(limits.most() + " sequences");
    }
    long bytes = model.stateBytes(rows);
    if (!all.reserve(bytes)) {
      throw refused("the bytes of state that all sequences may hold");
    }
    var sequence = new OpenSequence(id, rows, bytes, model.begin(rows), now);
    open.put(id, sequence);
    all.opened(this, sequence);
    return sequence;
  }

  private FailureException refused(String limit) {
    return new FailureException(new TooManySequences(version, limit, limits.idle()));
  }

  private OpenSequence find(String id) {
    var sequence = open.get(id);
    if (sequence == null || sequence.ending || isIdle(sequence, ticker.nanos())) {
      throw new FailureException(new SequenceUnknown(version, id));
    }
    return sequence;
  }

  private void check(OpenSequence sequence, long rows) {
    if (rows != sequence.rows) {
      throw InvalidArguments.of(
          "inputs[0].shape",
          "has %d rows, expected the %d that the sequence began with"
              .formatted(rows, sequence.rows));
    }
    if (sequence.waiting.size() >= limits.waiting()) {
      throw new FailureException(
          new QueueFull(version, limits.waiting() + " steps of a sequence", RETRY_AFTER));
    }
  }

  // Passes the next step on, if it is its turn, and the one after where that is refused.
  private void advance(OpenSequence sequence) {
    for (var step = next(sequence); step.isPresent(); step = next(sequence)) {
      var broken = step.get().broken();
      if (broken.isPresent()) {
        end(step.get(), broken.get());
        continue;
      }
      try {
        lane.submit(step.get());
        return;
      } catch (FailureException e) {
        end(step.get(), failure(e));
      } catch (RuntimeException e) {
        log.error("{} cannot take a step", version, e);
        end(step.get(), new ModelFailed(version, e.toString()));
      }
    }
  }

  private InferenceFailure failure(FailureException e) {
    return e.failure() instanceof InferenceFailure known
        ? known
        : new ModelFailed(version, e.toString());
  }

  private Optional<Step> next(OpenSequence sequence) {
    lock.lock();
    try {
      if (sequence.running != null || sequence.waiting.isEmpty()) {
        return Optional.empty();
      }
      var job = sequence.waiting.remove();
      waiting.remove(job);
      var step = step(sequence, job);
      sequence.running = step;
      running.put(job, step);
      return Optional.of(step);
    } finally {
      lock.unlock();
    }
  }

  // A model whose state does not come out in the form in which it goes in fails here.
  private Step step(OpenSequence sequence, Job job) {
    var place = job.terms().sequence().orElseThrow();
    try {
      return new Step(this, sequence, job, model.inputs(job.inputs(), sequence.states, place));
    } catch (RuntimeException e) {
      return Step.broken(this, sequence, job, new ModelFailed(version, e.toString()));
    }
  }

  void answered(Step step, List<Tensor> outputs, Execution execution) {
    if (step.isGivenUp()) {
      failed(step, new Cancelled(version));
      return;
    }
    try {
      answered(step, outputs, model.states(outputs), execution);
    } catch (IllegalStateException e) {
      failed(step, new ModelFailed(version, e.toString()));
    }
  }

  private void answered(Step step, List<Tensor> outputs, List<Tensor> states, Execution execution) {
    var sequence = step.sequence();
    lock.lock();
    try {
      over(step);
      sequence.states = states;
      sequence.begun = true;
      if (step.isLast()) {
        close(sequence);
      }
      releaseIfDone(sequence);
    } finally {
      lock.unlock();
    }
    JobEnds.answered(step.request(), model.answer(outputs), execution);
    advance(sequence);
  }

  void failed(Step step, InferenceFailure failure) {
    end(step, failure);
    advance(step.sequence());
  }

  private void end(Step step, InferenceFailure failure) {
    var sequence = step.sequence();
    List<Job> behind;
    lock.lock();
    try {
      over(step);
      behind = interrupt(sequence, sequence.takeAll());
      if (!sequence.begun) {
        close(sequence);
      }
      releaseIfDone(sequence);
    } finally {
      lock.unlock();
    }
    JobEnds.failed(step.request(), failure);
    tell(behind, sequence);
  }

  private void over(Step step) {
    running.remove(step.request());
    step.sequence().running = null;
    step.sequence().used = ticker.nanos();
  }

  // With steps lost, the last one is among them or was to come after them.
  private List<Job> interrupt(OpenSequence sequence, List<Job> lost) {
    lost.forEach(waiting::remove);
    sequence.ending = false;
    return lost;
  }

  private void tell(List<Job> lost, OpenSequence sequence) {
    lost.forEach(job -> JobEnds.failed(job, new SequenceInterrupted(version, sequence.id)));
  }

  // It takes no further steps; what it holds is given back when the last of its own is done.
  private void close(OpenSequence sequence) {
    if (!sequence.closed) {
      sequence.closed = true;
      open.remove(sequence.id, sequence);
      releaseIfDone(sequence);
    }
  }

  private void releaseIfDone(OpenSequence sequence) {
    if (sequence.closed && sequence.isAtRest() && !sequence.released) {
      sequence.released = true;
      all.closed(sequence);
    }
  }

  @Override
  public void cancel(Job job) {
    var step = underWay(job);
    if (step.isPresent()) {
      step.get().giveUp();
      lane.cancel(step.get());
    } else {
      takeBack(job, new Cancelled(version));
    }
  }

  private Optional<Step> underWay(Job job) {
    lock.lock();
    try {
      return Optional.ofNullable(running.get(job));
    } finally {
      lock.unlock();
    }
  }

  // A step that waits is lost, and with it those behind.
  private void takeBack(Job job, InferenceFailure failure) {
    OpenSequence sequence;
    List<Job> lost;
    lock.lock();
    try {
      sequence = waiting.get(job);
      if (sequence == null) {
        return;
      }
      lost = interrupt(sequence, sequence.takeFrom(job));
      releaseIfDone(sequence);
    } finally {
      lock.unlock();
    }
    JobEnds.failed(job, failure);
    tell(lost.subList(1, lost.size()), sequence);
  }

  /// Tells steps whose time ran out while they waited for their turn, and forgets sequences that
  /// nobody sent a step of for too long.
  void sweep() {
    expired().forEach(job -> takeBack(job, new DeadlinePassed(version, "in its sequence")));
    lock.lock();
    try {
      forgetIdle(ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  private List<Job> expired() {
    lock.lock();
    try {
      long now = ticker.nanos();
      return waiting.keySet().stream().filter(job -> job.deadline() - now <= 0).toList();
    } finally {
      lock.unlock();
    }
  }

  private void forgetIdle(long now) {
    var idle = new ArrayList<OpenSequence>();
    open.values().stream().filter(sequence -> isIdle(sequence, now)).forEach(idle::add);
    idle.forEach(this::close);
  }

  private boolean isIdle(OpenSequence sequence, long now) {
    return sequence.isAtRest() && now - sequence.used > limits.idle().toNanos();
  }

  @Override
  public int queuedRows() {
    lock.lock();
    try {
      return lane.queuedRows() + waiting.keySet().stream().mapToInt(Job::rows).sum();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      List.copyOf(open.values()).forEach(this::close);
    } finally {
      lock.unlock();
    }
    all.forget(this);
    lane.close();
  }
}
