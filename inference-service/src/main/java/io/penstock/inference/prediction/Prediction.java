package io.penstock.inference.prediction;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.binding.BoundRequest;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.Terms;
import io.penstock.inference.routing.Selection;
import io.penstock.inference.routing.SplitKey;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One request on its way through a version: decoded, bound, queued, run, answered. No step blocks;
/// each hands over to the next on whatever thread it ends.
public final class Prediction implements Terms.Occasion {

  private final Surroundings surroundings;
  private final Selection selection;
  private final InferRequest request;
  private final Origin origin;
  private final Instant occurredAt;
  private final long deadline;
  private final String id;
  private final PredictionReply reply;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Job job;
  private volatile boolean cancelled;
  private volatile @Nullable Inputs inputs;

  Prediction(
      Surroundings surroundings,
      Selection selection,
      InferRequest request,
      Origin origin,
      Instant occurredAt,
      long deadline,
      PredictionReply reply) {
    this.surroundings = surroundings;
    this.selection = selection;
    this.request = request;
    this.origin = origin;
    this.occurredAt = occurredAt;
    this.deadline = deadline;
    this.id = PredictionIds.next(origin.time().toEpochMilli());
    this.reply = reply;
  }

  void start() {
    try {
      selection.version().model().checkRequested(request.outputs());
      bind(request.tensors().get());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void bind(Map<String, Tensor> given) {
    var version = selection.version();
    var plan = version.binding().filter(binding -> !binding.isReadyMade(given));
    if (plan.isEmpty()) {
      submit(given);
      return;
    }
    var bound = plan.get().read(given);
    if (bound.needsFeatures()) {
      lookUp(bound);
    } else {
      submit(bound.tensors());
    }
  }

  private void lookUp(BoundRequest bound) {
    surroundings
        .features()
        .lookUp(selection.version().name().toString(), bound.question(occurredAt), deadline)
        .thenAccept(
            answer -> {
              surroundings.fill(selection.version(), bound, answer);
              submit(bound.tensors());
            })
        .exceptionally(
            thrown -> {
              fail(unwrapped(thrown));
              return null;
            });
  }

  private static RuntimeException unwrapped(Throwable thrown) {
    var cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  private void submit(Map<String, Tensor> tensors) {
    var accepted = selection.version().model().accept(tensors);
    inputs = accepted;
    var queued = new Queued(accepted);
    job = queued;
    selection.version().engine().submit(queued);
    if (cancelled) {
      selection.version().engine().cancel(queued);
    }
  }

  /// The caller gave up: whatever still waits is taken back.
  public void cancel() {
    cancelled = true;
    var queued = job;
    if (queued != null) {
      selection.version().engine().cancel(queued);
    }
  }

  private void answer(List<Tensor> outputs, Execution execution) {
    if (ended.compareAndSet(false, true)) {
      surroundings.recorder().trace(this, execution);
      reply.answered(toAnswer(outputs, execution));
      surroundings.recorder().answered(this, outputs, execution);
    }
  }

  private Answer toAnswer(List<Tensor> outputs, Execution execution) {
    return new Answer(
        id,
        request.id(),
        selection.version().name(),
        selection.variant(),
        request.wanted(outputs),
        execution,
        selection.version().model().outputs(),
        selection.version().config().labels());
  }

  private void fail(RuntimeException failure) {
    if (ended.compareAndSet(false, true)) {
      surroundings.recorder().traceFailure(this, failure);
      reply.failed(failure);
      surroundings.recorder().failed(this, failure);
    }
  }

  /// The prediction as the lane sees it.
  private final class Queued extends Job {

    Queued(Inputs inputs) {
      super(inputs, request.terms(deadline, Prediction.this.isShadow(), Prediction.this));
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      answer(outputs, execution);
    }

    @Override
    protected void failed(InferenceFailure failure) {
      fail(new FailureException(failure));
    }
  }

  boolean isShadow() {
    return origin.copy() || selection.variant() == Variant.SHADOW;
  }

  /// Whether another prediction is made of it, which then is the one that is recorded.
  boolean isPart() {
    return origin.depth() > 0;
  }

  SplitKey key() {
    return request.key();
  }

  String id() {
    return id;
  }

  Selection selection() {
    return selection;
  }

  String requestId() {
    return request.id();
  }

  Origin origin() {
    return origin;
  }

  Instant occurredAt() {
    return occurredAt;
  }

  /// Rows of the request; 0 where it did not get far enough to know.
  int rows() {
    var tensors = tensors();
    return tensors.isEmpty() || tensors.getFirst().shape().rank() == 0
        ? Math.min(1, tensors.size())
        : (int) tensors.getFirst().shape().dimension(0);
  }

  /// Rows as the protocol counts them: those of a model that leaves their number open, otherwise
  /// the request is one.
  int countedRows() {
    var declared = selection.version().model().inputs();
    return !declared.isEmpty() && declared.getFirst().hasOpenRows() ? rows() : 1;
  }

  /// What the model was given; empty where the request did not get that far.
  List<Tensor> tensors() {
    var accepted = inputs;
    return accepted == null ? List.of() : accepted.tensors();
  }
}
