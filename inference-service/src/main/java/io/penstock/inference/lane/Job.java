package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.util.List;

/// One request in a lane. It is told its end exactly once, on a thread of the lane, and must not
/// hold that thread up.
public abstract class Job implements Waiting {

  private final Inputs inputs;
  private final long deadline;
  private final boolean shadow;
  private long queued;

  /// @param deadline when it is too late to start, on the lane's ticker
  protected Job(Inputs inputs, long deadline, boolean shadow) {
    this.inputs = inputs;
    this.deadline = deadline;
    this.shadow = shadow;
  }

  /// The model ran.
  protected abstract void answered(List<Tensor> outputs, Execution execution);

  /// The model did not run, or failed.
  protected abstract void failed(InferenceFailure failure);

  public final Inputs inputs() {
    return inputs;
  }

  @Override
  public final long deadline() {
    return deadline;
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
    return shadow;
  }

  final void queuedAt(long now) {
    queued = now;
  }

  final long queued() {
    return queued;
  }
}
