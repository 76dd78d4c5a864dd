package io.penstock.inference.prediction;

import io.opentelemetry.api.trace.Span;
import io.penstock.inference.InferenceFailure.CannotMeetDeadline;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.event.PredictionEvents;
import io.penstock.inference.event.PredictionRecord;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.serving.VersionStatistics.Spent;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/// Notes the end of a prediction wherever it counts: guard, statistics, metrics, spans, event. Then
/// gives the lease back.
@Singleton
final class PredictionRecorder {

  private final PredictionEvents events;
  private final PredictionSpans spans;
  private final FailureEncoder failures;
  private final Clock clock;
  private final Ticker ticker;

  PredictionRecorder(
      PredictionEvents events,
      PredictionSpans spans,
      FailureEncoder failures,
      Clock clock,
      Ticker ticker) {
    this.events = events;
    this.spans = spans;
    this.failures = failures;
    this.clock = clock;
    this.ticker = ticker;
  }

  /// Before the answer leaves, because the server span ends with it.
  void trace(Prediction prediction, Execution execution) {
    spans.record(prediction, execution, prediction.origin().at(ticker.nanos()));
  }

  void traceFailure(Prediction prediction, RuntimeException failure) {
    spans.failed(prediction, failure, prediction.origin().at(ticker.nanos()));
  }

  void answered(Prediction prediction, List<Tensor> outputs, Execution execution) {
    var version = prediction.selection().version();
    long total = sinceArrival(prediction);
    version.guard().succeeded(execution.computeNanos());
    version
        .statistics()
        .answered(
            spent(prediction, execution, total),
            prediction.countedRows(),
            execution.batchRows(),
            clock.millis());
    version.meters().answered(execution.queueNanos(), execution.computeNanos());
    version.meters().checked(outputs);
    version.meters().ended("OK", total);
    version.release();
    if (prediction.isPart()) {
      return;
    }
    events.offer(
        record(
            prediction,
            outputs,
            total,
            execution.queueNanos(),
            execution.computeNanos(),
            execution.batchRows(),
            ""));
  }

  private static Spent spent(Prediction prediction, Execution execution, long total) {
    long input = Math.max(0, execution.queued() - prediction.origin().ticks());
    long known = input + execution.queueNanos() + execution.computeNanos();
    return new Spent(
        input, execution.queueNanos(), execution.computeNanos(), Math.max(0, total - known));
  }

  void failed(Prediction prediction, RuntimeException failure) {
    var version = prediction.selection().version();
    long total = sinceArrival(prediction);
    var reason = reasonOf(failure);
    version.guard().failed(failure, total);
    version.statistics().failed(total);
    if (failure instanceof FailureException known
        && known.failure() instanceof CannotMeetDeadline) {
      version.statistics().refused();
    }
    version.meters().ended(reason, total);
    version.release();
    if (!prediction.isPart() && !isDroppedCopy(prediction, failure)) {
      events.offer(record(prediction, List.of(), total, 0, 0, 0, reason));
    }
  }

  // A copy that found no room or no time says nothing about the shadow's quality.
  private static boolean isDroppedCopy(Prediction prediction, RuntimeException failure) {
    return prediction.isShadow()
        && failure instanceof FailureException known
        && (known.failure() instanceof QueueFull || known.failure() instanceof DeadlinePassed);
  }

  // A bug is logged where it is answered, and once is enough.
  private String reasonOf(RuntimeException failure) {
    return failure instanceof FailureException known
        ? failures.statusOf(known).reason()
        : "INTERNAL";
  }

  private long sinceArrival(Prediction prediction) {
    return ticker.nanos() - prediction.origin().ticks();
  }

  private PredictionRecord record(
      Prediction prediction,
      List<Tensor> outputs,
      long total,
      long queue,
      long compute,
      int batchRows,
      String errorReason) {
    var selection = prediction.selection();
    var name = selection.version().name();
    var binding = selection.version().binding();
    var origin = prediction.origin();
    return new PredictionRecord(
        prediction.id(),
        prediction.requestId(),
        name.model(),
        name.version(),
        selection.variant(),
        prediction.occurredAt(),
        origin.time(),
        traceId(origin),
        origin.principal(),
        prediction.tensors(),
        binding.map(plan -> plan.input().name()).orElse(""),
        binding.map(BindingPlan::columnNames).orElse(List.of()),
        outputs,
        prediction.rows(),
        total,
        queue,
        compute,
        batchRows,
        errorReason,
        selection.revision());
  }

  // An unsampled trace has an id, too, but nobody could look it up.
  private static String traceId(Origin origin) {
    var span = Span.fromContext(origin.traced()).getSpanContext();
    return span.isSampled() ? span.getTraceId() : "";
  }
}
