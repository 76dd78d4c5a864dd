package io.penstock.inference;

import io.grpc.Status.Code;
import io.penstock.inference.InferenceFailure.BreakerOpen;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.FeaturesMismatch;
import io.penstock.inference.InferenceFailure.FeaturesUnavailable;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.ModelNotFound;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.InferenceFailure.TooManyInFlight;
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

  private static FailureStatus status(Code code, String reason, String words, Object... facts) {
    return FailureStatus.of(code, reason, words.formatted(facts));
  }
}
