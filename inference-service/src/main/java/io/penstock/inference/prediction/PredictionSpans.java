package io.penstock.inference.prediction;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.settings.ModelTraces;
import jakarta.inject.Singleton;
import java.time.Instant;

/// The spans of a prediction beneath its server span: `inference.queue`, and `inference.batch` with
/// `inference.run` in it. They are written once the times are known, and only in traces that are
/// recorded, so they cost the others nothing.
@Singleton
final class PredictionSpans {

  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("penstock.model");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("penstock.model_version");
  private static final AttributeKey<Long> BATCH_REQUESTS =
      AttributeKey.longKey("penstock.batch_requests");
  private static final AttributeKey<Long> BATCH_ROWS = AttributeKey.longKey("penstock.batch_rows");
  private static final AttributeKey<Long> ROWS = AttributeKey.longKey("penstock.rows");
  private static final AttributeKey<String> REASON =
      AttributeKey.stringKey("penstock.dispatch_reason");

  private static final AttributeKey<Long> EXPECTED = AttributeKey.longKey("penstock.expected_us");

  private final Tracer tracer;
  private final ModelTraces models;

  PredictionSpans(Tracer tracer, ModelTraces models) {
    this.tracer = tracer;
    this.models = models;
  }

  void record(Prediction prediction, Execution execution, Instant now) {
    var origin = prediction.origin();
    if (!Span.fromContext(origin.traced()).isRecording()) {
      return;
    }
    if (!isGraph(prediction) && models.next(prediction.selection().version().name().model())) {
      writeRun(prediction, execution, now);
    }
    if (prediction.isPart()) {
      Span.fromContext(origin.traced()).end(now);
    }
  }

  // A graph's time is that of its steps, which have spans of their own.
  private static boolean isGraph(Prediction prediction) {
    return prediction.selection().version().config().platform() == Platform.ENSEMBLE;
  }

  private void writeRun(Prediction prediction, Execution execution, Instant now) {
    var origin = prediction.origin();
    var queued = origin.at(execution.queued());
    var started = origin.at(execution.started());
    var finished = origin.at(execution.finished());
    span("inference.queue", origin.traced(), queued).end(started);
    var batch = span("inference.batch", origin.traced(), started);
    describe(batch, prediction, execution);
    var run = span("inference.run", Context.root().with(batch), started);
    run.setAttribute(BATCH_ROWS, (long) execution.batchRows());
    run.end(finished);
    batch.end(now);
  }

  /// Begins the span that a part's own spans are children of.
  Context begin(Origin whole, String model, Instant now) {
    if (!Span.fromContext(whole.traced()).isRecording()) {
      return whole.traced();
    }
    var step = span("inference.step", whole.traced(), now);
    step.setAttribute(MODEL, model);
    return whole.traced().with(step);
  }

  void failed(Prediction prediction, RuntimeException failure, Instant now) {
    if (prediction.isPart()) {
      var step = Span.fromContext(prediction.origin().traced());
      step.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
      step.end(now);
    }
  }

  private Span span(String name, Context parent, Instant start) {
    return tracer.spanBuilder(name).setParent(parent).setStartTimestamp(start).startSpan();
  }

  private static void describe(Span batch, Prediction prediction, Execution execution) {
    batch.setAttribute(VERSION, prediction.selection().version().name().toString());
    batch.setAttribute(BATCH_REQUESTS, (long) execution.batchSize());
    batch.setAttribute(BATCH_ROWS, (long) execution.batchRows());
    batch.setAttribute(ROWS, (long) prediction.rows());
    batch.setAttribute(REASON, execution.reason().label());
    batch.setAttribute(EXPECTED, execution.expectedNanos() / 1_000);
  }
}
