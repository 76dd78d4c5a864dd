package io.penstock.inference.lane;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.tensor.Tensor;
import java.util.List;

/// Tells jobs their end on behalf of engines outside this package, which kept a job from its lane.
public final class JobEnds {

  private JobEnds() {}

  public static void answered(Job job, List<Tensor> outputs, Execution execution) {
    job.answered(outputs, execution);
  }

  public static void failed(Job job, InferenceFailure failure) {
    job.failed(failure);
  }
}
