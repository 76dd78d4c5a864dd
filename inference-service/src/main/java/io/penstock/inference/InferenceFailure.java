package io.penstock.inference;

import io.penstock.kit.failure.Failure;
import java.time.Duration;
import java.util.List;

/// What can go wrong with a prediction, apart from fields that do not hold what they must.
public sealed interface InferenceFailure extends Failure {

  /// No release of that model is served here.
  record ModelNotFound(String model) implements InferenceFailure {}

  /// The model is served, but not in the version that the request pins.
  record VersionNotLoaded(String model, String version, List<String> loaded)
      implements InferenceFailure {
    public VersionNotLoaded {
      loaded = List.copyOf(loaded);
    }
  }

  /// The lane of the version holds as much as it may.
  record QueueFull(String version, String limit, Duration retryAfter) implements InferenceFailure {}

  /// More predictions of the version are under way than its bulkhead lets in.
  record TooManyInFlight(String version, int limit) implements InferenceFailure {}

  /// The caller's time ran out, in the named phase, before the model ran.
  record DeadlinePassed(String model, String phase) implements InferenceFailure {}

  /// The caller gave up.
  record Cancelled(String model) implements InferenceFailure {}

  /// The version fails too often to be asked now, and there is no version to fall back to.
  record BreakerOpen(String version, Duration retryAfter) implements InferenceFailure {}

  /// The model ran and failed. What the runtime said goes to the log, not to the caller.
  record ModelFailed(String version, String detail) implements InferenceFailure {}

  /// The model ran longer than a run may and was stopped.
  record RunTimedOut(String version, Duration limit) implements InferenceFailure {}

  /// The runtime refused the values: an index out of range, shapes that do not fit each other.
  record InputRejected(String version, String detail) implements InferenceFailure {}

  /// feature-service does not answer, or not in time.
  record FeaturesUnavailable(String detail) implements InferenceFailure {}

  /// The version is bound to features that feature-service does not have in the form that the model
  /// needs.
  record FeaturesMismatch(String version, String detail) implements InferenceFailure {}
}
