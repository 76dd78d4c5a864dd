package io.penstock.inference.ensemble;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.StepMismatch;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.JobEnds;
import io.penstock.inference.lane.Terms;
import io.penstock.inference.prediction.Part;
import io.penstock.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request on its way through a graph. A step begins as soon as its last tensor is there, on
/// the thread that brought it; tensors go from step to step as they are.
final class EnsembleRun {

  private final EnsembleEngine engine;
  private final Plan plan;
  private final Job job;
  private final long arrived;

  @GuardedBy("this")
  private final Map<String, Tensor> tensors = new HashMap<>();

  // Time in queues on the longest way to a tensor.
  @GuardedBy("this")
  private final Map<String, Long> waited = new HashMap<>();

  @GuardedBy("this")
  private final int[] waitsFor;

  @GuardedBy("this")
  private final Set<StepAttempt> running = new HashSet<>();

  @GuardedBy("this")
  private boolean ended;

  EnsembleRun(EnsembleEngine engine, Plan plan, Job job, long arrived) {
    this.engine = engine;
    this.plan = plan;
    this.job = job;
    this.arrived = arrived;
    this.waitsFor = plan.waitsFor();
  }

  void start() {
    begin(bring(job.inputs().tensors(), 0));
  }

  // Lays tensors down and takes up the steps that waited for nothing else.
  private synchronized List<Integer> bring(List<Tensor> given, long waitedNanos) {
    var ready = new ArrayList<Integer>();
    for (var tensor : given) {
      tensors.put(tensor.name(), tensor);
      waited.put(tensor.name(), waitedNanos);
      for (int step : plan.takers(tensor.name())) {
        if (--waitsFor[step] == 0) {
          ready.add(step);
        }
      }
    }
    return ready;
  }

  private void begin(List<Integer> steps) {
    steps.forEach(step -> begin(new StepAttempt(this, step, false)));
  }

  private void begin(StepAttempt attempt) {
    synchronized (this) {
      if (ended) {
        return;
      }
      running.add(attempt);
    }
    attempt.start(engine.parts(), part(attempt));
    if (hasEnded()) {
      attempt.cancel();
    }
  }

  private synchronized Part part(StepAttempt attempt) {
    var step = plan.step(attempt.step());
    var given = new HashMap<String, Tensor>();
    for (var input : step.inputs().entrySet()) {
      given.put(input.getKey(), tensor(input.getValue()).named(input.getKey()));
    }
    return attempt.isFallback()
        ? new Part(step.fallback(), "", job.terms(), given)
        : new Part(step.model(), step.version(), terms(step.deadlineShare()), given);
  }

  @GuardedBy("this")
  private Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  // What is left goes to whoever stands in.
  private Terms terms(double share) {
    if (share <= 0 || share >= 1) {
      return job.terms();
    }
    long now = engine.ticker().nanos();
    return job.terms().withDeadline(now + (long) (share * (job.deadline() - now)));
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  void answered(StepAttempt attempt, List<Tensor> outputs, Execution execution) {
    var named = named(attempt.step(), outputs);
    if (named.size() < plan.step(attempt.step()).outputs().size()) {
      end(
          attempt,
          mismatch("step " + plan.graph().label(attempt.step()) + " gave too few outputs"));
      return;
    }
    long waitedNanos = waitedFor(attempt.step()) + execution.queueNanos();
    var ready = bring(named, waitedNanos);
    if (isComplete()) {
      answer(attempt, execution, waitedNanos);
    } else {
      leave(attempt);
      begin(ready);
    }
  }

  private List<Tensor> named(int step, List<Tensor> outputs) {
    var names = plan.step(step).outputs();
    var named = new ArrayList<Tensor>();
    for (var tensor : outputs) {
      var name = names.get(tensor.name());
      if (name != null) {
        named.add(tensor.named(name));
      }
    }
    return named;
  }

  private synchronized long waitedFor(int step) {
    long longest = 0;
    for (var tensor : plan.step(step).inputs().values()) {
      longest = Math.max(longest, waited.getOrDefault(tensor, 0L));
    }
    return longest;
  }

  private synchronized boolean isComplete() {
    for (var output : plan.outputs()) {
      if (!tensors.containsKey(output.name())) {
        return false;
      }
    }
    return true;
  }

  private synchronized List<Tensor> outputs() {
    var outputs = new ArrayList<Tensor>();
    for (var output : plan.outputs()) {
      outputs.add(tensor(output.name()));
    }
    return outputs;
  }

  private synchronized void leave(StepAttempt attempt) {
    running.remove(attempt);
  }

  private void answer(StepAttempt last, Execution execution, long waitedNanos) {
    if (!end(last)) {
      return;
    }
    long finished = engine.ticker().nanos();
    long started = Math.min(arrived + waitedNanos, finished);
    engine.listener().ran(1, job.rows(), finished - started, execution.reason());
    JobEnds.answered(
        job,
        outputs(),
        new Execution(
            arrived,
            started,
            finished,
            execution.batchSize(),
            execution.batchRows(),
            execution.reason()));
  }

  void failed(StepAttempt attempt, RuntimeException thrown) {
    var step = plan.step(attempt.step());
    boolean another = !attempt.isFallback() && !step.fallback().isEmpty();
    if (another && StepFailures.isWorthAnother(thrown) && hasTime()) {
      leave(attempt);
      begin(new StepAttempt(this, attempt.step(), true));
    } else {
      end(attempt, failure(attempt, thrown));
    }
  }

  private boolean hasTime() {
    return job.deadline() - engine.ticker().nanos() > 0;
  }

  // Where the tensors were wrong, a model may have been replaced by another that takes others.
  private InferenceFailure failure(StepAttempt attempt, RuntimeException thrown) {
    if (StepFailures.isMismatch(thrown)) {
      var problems = engine.problems();
      if (!problems.isEmpty()) {
        return mismatch(String.join("; ", problems));
      }
    }
    var step = plan.step(attempt.step());
    return engine
        .failures()
        .of(engine.version(), attempt.isFallback() ? step.fallback() : step.model(), thrown);
  }

  private StepMismatch mismatch(String words) {
    return new StepMismatch(engine.version(), words);
  }

  void cancel() {
    end(null, new Cancelled(engine.version()));
  }

  private void end(@Nullable StepAttempt last, InferenceFailure failure) {
    if (end(last)) {
      JobEnds.failed(job, failure);
    }
  }

  // Whoever ends it first tells the job; what still runs is for nobody.
  private boolean end(@Nullable StepAttempt last) {
    List<StepAttempt> others;
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      running.remove(last);
      others = List.copyOf(running);
    }
    engine.ended(job);
    others.forEach(StepAttempt::cancel);
    return true;
  }
}
