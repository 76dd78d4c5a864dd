package io.penstock.inference.sequence;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A step as the model sees it, with the state of its sequence.
final class Step extends Job {

  private final SequenceEngine engine;
  private final OpenSequence sequence;
  private final Job request;
  private final @Nullable InferenceFailure broken;
  private volatile boolean givenUp;

  Step(SequenceEngine engine, OpenSequence sequence, Job request, Inputs inputs) {
    this(engine, sequence, request, inputs, null);
  }

  private Step(
      SequenceEngine engine,
      OpenSequence sequence,
      Job request,
      Inputs inputs,
      @Nullable InferenceFailure broken) {
    super(inputs, request.terms());
    this.engine = engine;
    this.sequence = sequence;
    this.request = request;
    this.broken = broken;
  }

  /// A step that cannot even be asked for.
  static Step broken(
      SequenceEngine engine, OpenSequence sequence, Job request, InferenceFailure failure) {
    return new Step(engine, sequence, request, request.inputs(), failure);
  }

  /// Why it cannot be asked for, if it cannot.
  Optional<InferenceFailure> broken() {
    return Optional.ofNullable(broken);
  }

  OpenSequence sequence() {
    return sequence;
  }

  Job request() {
    return request;
  }

  /// Its caller waits no more.
  void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  boolean isLast() {
    return request.terms().sequence().orElseThrow().end();
  }

  @Override
  protected void answered(List<Tensor> outputs, Execution execution) {
    engine.answered(this, outputs, execution);
  }

  @Override
  protected void failed(InferenceFailure failure) {
    engine.failed(this, failure);
  }
}
