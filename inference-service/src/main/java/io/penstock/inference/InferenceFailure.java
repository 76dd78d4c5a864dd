package io.penstock.inference;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureStatus;
import java.time.Duration;
import java.util.List;

/// What can go wrong with a prediction, apart from fields that do not hold what they must.
public sealed interface InferenceFailure extends Failure {

  /// No release of that model is served here.
  record ModelNotFound(String model) implements InferenceFailure {}

  /// An operator took the model out of this server.
  record ModelUnloaded(String model, String principal) implements InferenceFailure {}

  /// The model was to be loaded and could not be, or not all of it; what served before goes on.
  record LoadFailed(String model, String detail) implements InferenceFailure {}

  /// This server does not do what the protocol would allow; the words say what, and what to do
  /// instead.
  record Unsupported(String what, String instead) implements InferenceFailure {}

  /// No region of shared memory has that name.
  record RegionNotFound(String region) implements InferenceFailure {}

  /// A region of shared memory with that name is there already.
  record RegionExists(String region) implements InferenceFailure {}

  /// As many regions of shared memory are registered as may be.
  record TooManyRegions(int limit) implements InferenceFailure {}

  /// The region is there and cannot be used as asked.
  record RegionUnusable(String region, String detail) implements InferenceFailure {}

  /// The kill switch of the model's release is thrown.
  record ModelStopped(String model) implements InferenceFailure {}

  /// The model is served, but not in the version that the request pins.
  record VersionNotLoaded(String model, String version, List<String> loaded)
      implements InferenceFailure {
    public VersionNotLoaded {
      loaded = List.copyOf(loaded);
    }
  }

  /// The lane of the version holds as much as it may.
  record QueueFull(String version, String limit, Duration retryAfter) implements InferenceFailure {}

  /// The request would not be answered in time, so it is not taken in: the version has too much
  /// before it, or takes longer than the request has.
  record CannotMeetDeadline(String version, Duration expected, Duration available)
      implements InferenceFailure {}

  /// More predictions of the version are under way than its bulkhead lets in.
  record TooManyInFlight(String version, int limit) implements InferenceFailure {}

  /// The caller's time ran out, in the named phase, before the model ran.
  record DeadlinePassed(String model, String phase) implements InferenceFailure {}

  /// The caller gave up.
  record Cancelled(String model) implements InferenceFailure {}

  /// No sequence of that id is open: it never began, ended, or was idle for too long.
  record SequenceUnknown(String version, String id) implements InferenceFailure {}

  /// A step that waited behind another one that was not answered.
  record SequenceInterrupted(String version, String id) implements InferenceFailure {}

  /// No more sequences may be open.
  record TooManySequences(String version, String limit, Duration retryAfter)
      implements InferenceFailure {}

  /// The version fails too often to be asked now, and there is no version to fall back to.
  record BreakerOpen(String version, Duration retryAfter) implements InferenceFailure {}

  /// The model ran and failed. What the runtime said goes to the log, not to the caller.
  record ModelFailed(String version, String detail) implements InferenceFailure {}

  /// The model ran longer than a run may and was stopped.
  record RunTimedOut(String version, Duration limit) implements InferenceFailure {}

  /// The runtime refused the values: an index out of range, shapes that do not fit each other.
  record InputRejected(String version, String detail) implements InferenceFailure {}

  /// A step of a graph failed, and nothing stood in for it.
  ///
  /// @param step the model that was asked
  /// @param modelsFault whether it is the model's, and not the caller's or the hour's
  record StepFailed(String version, String step, FailureStatus cause, boolean modelsFault)
      implements InferenceFailure {}

  /// A model of a graph is served in another form than the graph was checked against.
  record StepMismatch(String version, String detail) implements InferenceFailure {}

  /// The model had left memory, and will not be back in time for this request.
  record ModelLoading(String version, Duration expected) implements InferenceFailure {}

  /// The model had left memory and could not be brought back.
  record ModelUnavailable(String version, String detail) implements InferenceFailure {}

  /// feature-service does not answer, or not in time.
  record FeaturesUnavailable(String detail) implements InferenceFailure {}

  /// The version is bound to features that feature-service does not have in the form that the model
  /// needs.
  record FeaturesMismatch(String version, String detail) implements InferenceFailure {}
}
