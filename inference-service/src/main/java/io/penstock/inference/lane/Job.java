package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.lane.schedule.Waiting;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request in a lane. It is told its end exactly once, on a thread of the lane, and must not
/// hold that thread up.
public abstract class Job extends Waiting {

  private final Inputs inputs;
  private final Terms terms;
  private @Nullable Lane lane;
  private long queued;

  protected Job(Inputs inputs, Terms terms) {
    this.inputs = inputs;
    this.terms = terms;
  }

  /// The model ran.
  protected abstract void answered(List<Tensor> outputs, Execution execution);

  /// The model did not run, or failed.
  protected abstract void failed(InferenceFailure failure);

  public final Inputs inputs() {
    return inputs;
  }

  public final Terms terms() {
    return terms;
  }

  @Override
  public final long deadline() {
    return terms.deadline();
  }

  @Override
  public final int rows() {
    return inputs.rows();
  }

  @Override
  public final long bytes() {
    return inputs.bytes();
  }

  @Override
  public final Object batchKey() {
    return inputs.batchKey();
  }

  @Override
  public final boolean isShadow() {
    return terms.shadow();
  }

  @Override
  public final int priority() {
    return terms.priority();
  }

  final void queuedAt(Lane where, long now) {
    lane = where;
    queued = now;
  }

  final long queued() {
    return queued;
  }

  /// The lane that took it in.
  final Lane lane() {
    if (lane == null) {
      throw new IllegalStateException("a job that no lane took in");
    }
    return lane;
  }
}
