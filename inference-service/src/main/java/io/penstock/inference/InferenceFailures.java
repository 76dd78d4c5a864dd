package io.penstock.inference;

import io.grpc.Status.Code;
import io.penstock.inference.InferenceFailure.BreakerOpen;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.CannotMeetDeadline;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.FeaturesMismatch;
import io.penstock.inference.InferenceFailure.FeaturesUnavailable;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.LoadFailed;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.ModelLoading;
import io.penstock.inference.InferenceFailure.ModelNotFound;
import io.penstock.inference.InferenceFailure.ModelStopped;
import io.penstock.inference.InferenceFailure.ModelUnavailable;
import io.penstock.inference.InferenceFailure.ModelUnloaded;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.InferenceFailure.RegionExists;
import io.penstock.inference.InferenceFailure.RegionNotFound;
import io.penstock.inference.InferenceFailure.RegionUnusable;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.InferenceFailure.SequenceInterrupted;
import io.penstock.inference.InferenceFailure.SequenceUnknown;
import io.penstock.inference.InferenceFailure.StepFailed;
import io.penstock.inference.InferenceFailure.StepMismatch;
import io.penstock.inference.InferenceFailure.TooManyInFlight;
import io.penstock.inference.InferenceFailure.TooManyRegions;
import io.penstock.inference.InferenceFailure.TooManySequences;
import io.penstock.inference.InferenceFailure.Unsupported;
import io.penstock.inference.InferenceFailure.VersionNotLoaded;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/// The answers to this service's failures.
@Singleton
public final class InferenceFailures implements FailureMapping {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration SOONEST = Duration.ofMillis(1);

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof InferenceFailure known
        ? Optional.of(toStatus(known))
        : Optional.empty();
  }

  /// The status of a failure; its reason is what metrics and prediction events say, too.
  public static FailureStatus toStatus(InferenceFailure failure) {
    return switch (failure) {
      case ModelNotFound(var model) ->
          status(Code.NOT_FOUND, "MODEL_NOT_FOUND", "no release serves the model '%s'", model)
              .withMetadata("model", model);
      case ModelUnloaded(var model, var principal) ->
          status(
                  Code.NOT_FOUND,
                  "MODEL_UNLOADED",
                  "%s was unloaded from this server by %s",
                  model,
                  principal)
              .withMetadata("model", model);
      case LoadFailed(var model, var detail) ->
          status(Code.FAILED_PRECONDITION, "LOAD_FAILED", "%s was not loaded: %s", model, detail)
              .withMetadata("model", model);
      case Unsupported(var what, var instead) ->
          status(Code.UNIMPLEMENTED, "UNSUPPORTED", "%s; %s", what, instead);
      case RegionNotFound(var region) ->
          status(
                  Code.NOT_FOUND,
                  "REGION_NOT_FOUND",
                  "no region of shared memory is registered as '%s'",
                  region)
              .withMetadata("region", region);
      case RegionExists(var region) ->
          status(
                  Code.ALREADY_EXISTS,
                  "REGION_EXISTS",
                  "a region of shared memory is registered as '%s' already",
                  region)
              .withMetadata("region", region);
      case TooManyRegions(var limit) ->
          status(
              Code.RESOURCE_EXHAUSTED,
              "TOO_MANY_REGIONS",
              "%d regions of shared memory are registered, which is the limit",
              limit);
      case RegionUnusable(var region, var detail) ->
          status(Code.INVALID_ARGUMENT, "REGION_UNUSABLE", "the region '%s' %s", region, detail)
              .withMetadata("region", region);
      case ModelStopped(var model) ->
          status(
                  Code.FAILED_PRECONDITION,
                  "MODEL_STOPPED",
                  "the release of '%s' is stopped; nothing answers until it is resumed",
                  model)
              .withMetadata("model", model);
      case VersionNotLoaded(var model, var version, var loaded) ->
          status(
                  Code.NOT_FOUND,
                  "VERSION_NOT_LOADED",
                  "version '%s' of %s is not loaded, expected one of %s",
                  version,
                  model,
                  loaded)
              .withMetadata("model", model)
              .withMetadata("version", version);
      case QueueFull(var version, var limit, var retryAfter) ->
          status(
                  Code.RESOURCE_EXHAUSTED,
                  "QUEUE_FULL",
                  "the queue of %s holds its limit of %s",
                  version,
                  limit)
              .withMetadata("version", version)
              .withRetryAfter(retryAfter);
      case CannotMeetDeadline(var version, var expected, var available) ->
          status(
                  Code.RESOURCE_EXHAUSTED,
                  "CANNOT_MEET_DEADLINE",
                  "%s would answer in %d us, and %d us are left; the model was not run",
                  version,
                  micros(expected),
                  micros(available))
              .withMetadata("version", version)
              .withMetadata("expected_us", String.valueOf(micros(expected)))
              .withMetadata("available_us", String.valueOf(micros(available)))
              .withRetryAfter(untilShorter(expected, available));
      case TooManyInFlight(var version, var limit) ->
          status(
                  Code.RESOURCE_EXHAUSTED,
                  "TOO_MANY_IN_FLIGHT",
                  "%d predictions of %s are under way, which is the limit",
                  limit,
                  version)
              .withMetadata("version", version)
              .withRetryAfter(SOON);
      case DeadlinePassed(var model, var phase) ->
          status(
                  Code.DEADLINE_EXCEEDED,
                  "DEADLINE_PASSED",
                  "the time for this prediction of %s ran out (%s); the model was not run",
                  model,
                  phase)
              .withMetadata("phase", phase);
      case Cancelled(var model) ->
          status(Code.CANCELLED, "REQUEST_CANCELLED", "the caller of %s gave up", model);
      case SequenceUnknown(var version, var id) ->
          status(
                  Code.FAILED_PRECONDITION,
                  "SEQUENCE_UNKNOWN",
                  "no sequence '%s' is open at %s; its first request says sequence_start",
                  id,
                  version)
              .withMetadata("version", version);
      case SequenceInterrupted(var version, var id) ->
          status(
                  Code.ABORTED,
                  "SEQUENCE_INTERRUPTED",
                  "a step of the sequence '%s' at %s before this one was not answered",
                  id,
                  version)
              .withMetadata("version", version);
      case TooManySequences(var version, var limit, var retryAfter) ->
          status(
                  Code.RESOURCE_EXHAUSTED,
                  "TOO_MANY_SEQUENCES",
                  "%s cannot begin another sequence: the limit is %s",
                  version,
                  limit)
              .withMetadata("version", version)
              .withRetryAfter(retryAfter);
      case BreakerOpen(var version, var retryAfter) ->
          status(
                  Code.UNAVAILABLE,
                  "BREAKER_OPEN",
                  "%s failed too often and rests; no version can stand in for it",
                  version)
              .withMetadata("version", version)
              .withRetryAfter(retryAfter);
      case ModelFailed(var version, _) ->
          status(Code.INTERNAL, "MODEL_FAILED", "%s failed while it ran", version)
              .withMetadata("version", version);
      case RunTimedOut(var version, var limit) ->
          status(
                  Code.INTERNAL,
                  "RUN_TIMED_OUT",
                  "%s was stopped after %d ms, the longest that a run may take",
                  version,
                  limit.toMillis())
              .withMetadata("version", version);
      case InputRejected(var version, var detail) ->
          status(
                  Code.INVALID_ARGUMENT,
                  "INPUT_REJECTED",
                  "%s refuses the values: %s",
                  version,
                  detail)
              .withMetadata("version", version);
      case StepFailed(var version, var step, var cause, _) -> ofStep(version, step, cause);
      case StepMismatch(var version, var detail) ->
          status(
                  Code.FAILED_PRECONDITION,
                  "STEP_MISMATCH",
                  "%s does not fit the models that it is made of: %s",
                  version,
                  detail)
              .withMetadata("version", version);
      case ModelLoading(var version, var expected) ->
          status(
                  Code.UNAVAILABLE,
                  "MODEL_LOADING",
                  "%s is being loaded, which takes about %d ms more than this request has",
                  version,
                  expected.toMillis())
              .withMetadata("version", version)
              .withRetryAfter(expected);
      case ModelUnavailable(var version, _) ->
          status(
                  Code.UNAVAILABLE,
                  "MODEL_UNAVAILABLE",
                  "%s had left memory and could not be loaded again",
                  version)
              .withMetadata("version", version)
              .withRetryAfter(SOON);
      case FeaturesUnavailable(var detail) ->
          status(
                  Code.UNAVAILABLE,
                  "FEATURES_UNAVAILABLE",
                  "the features could not be looked up: %s",
                  detail)
              .withRetryAfter(SOON);
      case FeaturesMismatch(var version, var detail) ->
          status(
                  Code.FAILED_PRECONDITION,
                  "FEATURES_MISMATCH",
                  "the features of %s do not fit its binding: %s",
                  version,
                  detail)
              .withMetadata("version", version);
    };
  }

  // What the step's own failure asks of the caller, the whole's asks of it, too.
  private static FailureStatus ofStep(String version, String step, FailureStatus cause) {
    var status =
        status(
                cause.code(),
                "STEP_FAILED",
                "step '%s' of %s failed: %s",
                step,
                version,
                cause.message())
            .withMetadata("version", version)
            .withMetadata("step", step)
            .withMetadata("cause", cause.reason());
    for (var violation : cause.violations()) {
      status = status.withViolation(violation.field(), violation.description());
    }
    var retryAfter = cause.retryAfter();
    return retryAfter == null ? status : status.withRetryAfter(retryAfter);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  // Once so much has been worked off, the same request would fit.
  private static Duration untilShorter(Duration expected, Duration available) {
    var over = expected.minus(available);
    return over.compareTo(SOONEST) > 0 ? over : SOONEST;
  }

  private static FailureStatus status(Code code, String reason, String words, Object... facts) {
    return FailureStatus.of(code, reason, words.formatted(facts));
  }
}
