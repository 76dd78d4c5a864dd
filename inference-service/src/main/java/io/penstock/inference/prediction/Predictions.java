package io.penstock.inference.prediction;

import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.routing.Router;
import io.penstock.inference.routing.Selection;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

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

  /// Starts a prediction for the call that the current thread handles, and returns at once. Throws
  /// where the request does not even reach a version; after that the reply hears of it.
  public Prediction start(InferRequest request, PredictionReply reply) {
    var origin = Origin.ofCall(clock.instant(), ticker.nanos());
    var selection =
        router.select(request.model(), request.version(), request.key(), request.sequence());
    var occurredAt = request.occurredAt().orElse(origin.time());
    long time = request.time().orElseGet(() -> usualTime(selection)).toNanos();
    var prediction = begin(selection, request, origin, occurredAt, origin.ticks() + time, reply);
    if (request.version().isEmpty()) {
      shadows.copy(
          request.model(), request.key(), shadow -> startShadow(shadow, request, occurredAt));
    }
    return prediction;
  }

  /// Starts a prediction that another one is made of: with its key, time and trace. It counts for
  /// the breaker and the metrics of its version as any other, but only the whole is recorded as an
  /// event and copied to shadows.
  public Prediction startPart(Part part, PredictionReply reply) {
    var now = clock.instant();
    long ticks = ticker.nanos();
    var whole = Whole.of(part.terms().occasion(), now, ticks);
    var selection = router.select(part.model(), part.version(), whole.key());
    var span = surroundings.spans().begin(whole.origin(), part.model(), now);
    return begin(
        selection,
        part.request(whole.key(), whole.occurredAt()),
        whole.origin().part(span, now, ticks),
        whole.occurredAt(),
        part.terms().deadline(),
        reply);
  }

  private void startShadow(Selection selection, InferRequest request, Instant occurredAt) {
    long now = ticker.nanos();
    begin(
        selection,
        request,
        Origin.ofShadow(clock.instant(), now),
        occurredAt,
        now + usualTime(selection).toNanos(),
        PredictionReply.NOBODY);
  }

  private Duration usualTime(Selection selection) {
    return selection.version().config().timeout().orElse(lanes.defaultTimeout());
  }

  private Prediction begin(
      Selection selection,
      InferRequest request,
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
}
