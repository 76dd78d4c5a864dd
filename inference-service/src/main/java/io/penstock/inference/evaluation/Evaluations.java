package io.penstock.inference.evaluation;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.penstock.inference.release.ArtifactCache;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.worker.ModelHost;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes evaluations, and tells how they went: in a span, the metrics and the log.
@Singleton
final class Evaluations {

  /// Sees an evaluation through.
  @FunctionalInterface
  interface Course {
    Outcome run(Evaluation evaluation) throws InterruptedException;
  }

  private static final Logger log = LoggerFactory.getLogger(Evaluations.class);

  private final BenchmarkClient registry;
  private final ArtifactCache artifacts;
  private final ModelHost host;
  private final EvaluationConfig config;
  private final EvaluationMeters meters;
  private final Tracer tracer;
  private final Ticker ticker;
  private final String runtime;

  Evaluations(
      BenchmarkClient registry,
      ArtifactCache artifacts,
      ModelHost host,
      EvaluationConfig config,
      EvaluationMeters meters,
      Tracer tracer,
      Ticker ticker,
      OnnxRuntime runtime) {
    this.registry = registry;
    this.artifacts = artifacts;
    this.host = host;
    this.config = config;
    this.meters = meters;
    this.tracer = tracer;
    this.ticker = ticker;
    this.runtime = runtime.description();
  }

  /// What computes the predictions: `ONNX Runtime 1.28.0`.
  String runtime() {
    return runtime;
  }

  void observe(Task task, Course course) throws InterruptedException {
    var evaluation = new Evaluation(task, registry, artifacts, host, config);
    var span = tracer.spanBuilder("inference.evaluation").startSpan();
    long begun = ticker.nanos();
    var outcome = Outcome.STOPPED;
    meters.begun();
    log.info("{} measures {} on {} rows", task.run(), task.version(), task.rows());
    try (var _ = span.makeCurrent()) {
      outcome = course.run(evaluation);
    } finally {
      var time = Duration.ofNanos(ticker.nanos() - begun);
      meters.ended(outcome, evaluation.done(), time);
      log.info("{} {} after {} ms", task.run(), outcome.label(), time.toMillis());
      describe(span, task, evaluation, outcome).end();
    }
  }

  private static Span describe(Span span, Task task, Evaluation evaluation, Outcome outcome) {
    span.setAttribute("penstock.benchmark_run", task.run());
    span.setAttribute("penstock.model_version", task.version());
    span.setAttribute("penstock.rows", evaluation.done());
    span.setAttribute("penstock.outcome", outcome.label());
    return outcome == Outcome.SUCCEEDED ? span : span.setStatus(StatusCode.ERROR, outcome.label());
  }
}
