package io.penstock.inference.ensemble;

import io.penstock.inference.lane.Execution;
import io.penstock.inference.prediction.Part;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step of one request being asked of its model, or of the model that stands in for it.
final class StepAttempt implements Parts.Reply {

  private final EnsembleRun run;
  private final int step;
  private final boolean fallback;
  private volatile @Nullable Runnable takeBack;

  StepAttempt(EnsembleRun run, int step, boolean fallback) {
    this.run = run;
    this.step = step;
    this.fallback = fallback;
  }

  int step() {
    return step;
  }

  boolean isFallback() {
    return fallback;
  }

  void start(Parts parts, Part part) {
    try {
      takeBack = parts.ask(part, this);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  void cancel() {
    var known = takeBack;
    if (known != null) {
      known.run();
    }
  }

  @Override
  public void answered(List<Tensor> outputs, Execution execution) {
    run.answered(this, outputs, execution);
  }

  @Override
  public void failed(RuntimeException failure) {
    run.failed(this, failure);
  }
}
