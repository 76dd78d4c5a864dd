package io.penstock.inference.prediction;

import io.grpc.Context;
import io.grpc.Deadline;
import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.routing.Router;
import io.penstock.inference.routing.Selection;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import io.penstock.proto.oip.ModelInferRequest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes requests in: finds their time and their version, and sends them on their way.
@Singleton
public final class Predictions {

  private final Router router;
  private final Surroundings surroundings;
  private final ShadowCopies shadows;
  private final LaneConfig lanes;
  private final Clock clock;
  private final Ticker ticker;

  Predictions(
      Router router,
      Surroundings surroundings,
      ShadowCopies shadows,
      LaneConfig lanes,
      Clock clock,
      Ticker ticker) {
    this.router = router;
    this.surroundings = surroundings;
    this.shadows = shadows;
    this.lanes = lanes;
    this.clock = clock;
    this.ticker = ticker;
  }

  /// Starts a prediction for the call that the current thread handles, and returns at once. Throws where the request does not even
  /// reach a version; after that the reply hears of it.
  public Prediction start(ModelInferRequest request, PredictionReply reply) {
    var origin = Origin.ofCall(clock.instant(), ticker.nanos());
    var parameters = RequestParameters.of(request);
    var selection =
        router.select(request.getModelName(), request.getModelVersion(), parameters.key());
    var occurredAt = parameters.occurredAt().orElse(origin.time());
    long deadline = origin.ticks() + time(parameters).toNanos();
    var prediction = begin(selection, request, origin, occurredAt, deadline, reply);
    if (request.getModelVersion().isEmpty()) {
      shadows.copy(
          request.getModelName(),
          parameters.key(),
          shadow -> startShadow(shadow, request, occurredAt));
    }
    return prediction;
  }

  private void startShadow(Selection selection, ModelInferRequest request, Instant occurredAt) {
    long now = ticker.nanos();
    begin(
        selection,
        request,
        Origin.ofShadow(clock.instant(), now),
        occurredAt,
        now + lanes.defaultTimeout().toNanos(),
        PredictionReply.NOBODY);
  }

  private Prediction begin(
      Selection selection,
      ModelInferRequest request,
      Origin origin,
      Instant occurredAt,
      long deadline,
      PredictionReply reply) {
    enter(selection);
    var prediction =
        new Prediction(surroundings, selection, request, origin, occurredAt, deadline, reply);
    prediction.start();
    return prediction;
  }

  private static void enter(Selection selection) {
    try {
      selection.version().guard().enter();
    } catch (FailureException full) {
      selection.version().release();
      throw full;
    }
  }

  // The caller's deadline and the request's own timeout both hold; the default only where there is neither.
  private Duration time(RequestParameters parameters) {
    var call = remaining(Context.current().getDeadline());
    var own = parameters.timeout().orElse(null);
    if (call == null) {
      return own == null ? lanes.defaultTimeout() : own;
    }
    return own == null || call.compareTo(own) < 0 ? call : own;
  }

  private static @Nullable Duration remaining(@Nullable Deadline deadline) {
    return deadline == null
        ? null
        : Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }
}
