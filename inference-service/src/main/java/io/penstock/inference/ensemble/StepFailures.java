package io.penstock.inference.ensemble;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.BreakerOpen;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.InferenceFailure.StepFailed;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;

/// What the failure of a step means for the graph.
final class StepFailures {

  private final FailureEncoder encoder;

  StepFailures(FailureEncoder encoder) {
    this.encoder = encoder;
  }

  /// The failure of the whole.
  StepFailed of(String version, String step, RuntimeException thrown) {
    return new StepFailed(version, step, encoder.statusOf(thrown), isModelsFault(thrown));
  }

  /// Whether another model may do better with the same tensors.
  static boolean isWorthAnother(RuntimeException thrown) {
    return !(thrown instanceof FailureException known) || isWorthAnother(known.failure());
  }

  private static boolean isWorthAnother(Failure failure) {
    return !(failure instanceof InvalidFields
        || failure instanceof InputRejected
        || failure instanceof Cancelled);
  }

  /// Whether the tensors were not what the model takes.
  static boolean isMismatch(RuntimeException thrown) {
    return thrown instanceof FailureException known && known.failure() instanceof InvalidFields;
  }

  private static boolean isModelsFault(RuntimeException thrown) {
    return thrown instanceof FailureException known
        && known.failure() instanceof InferenceFailure failure
        && isModelsFault(failure);
  }

  // A step that rests makes the graph fail each time: its own stand-in should answer then.
  private static boolean isModelsFault(InferenceFailure failure) {
    return failure instanceof ModelFailed
        || failure instanceof RunTimedOut
        || failure instanceof BreakerOpen
        || (failure instanceof StepFailed step && step.modelsFault());
  }
}
