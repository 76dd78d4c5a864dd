package io.penstock.inference.evaluation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The metrics of evaluations.
@Singleton
final class EvaluationMeters {

  private static final String PREFIX = "penstock.inference.evaluation.";

  private final MeterRegistry registry;
  private final AtomicInteger active = new AtomicInteger();
  private final Counter rows;

  EvaluationMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder(PREFIX + "active", active, AtomicInteger::get)
        .description("Runs of benchmark suites that this server evaluates now")
        .register(registry);
    this.rows =
        Counter.builder(PREFIX + "rows")
            .description("Rows that versions predicted for benchmark suites")
            .register(registry);
  }

  void begun() {
    active.incrementAndGet();
  }

  void ended(Outcome outcome, int predicted, Duration time) {
    active.decrementAndGet();
    rows.increment(predicted);
    Timer.builder(PREFIX + "runs")
        .description("Runs of benchmark suites that this server took, by what came of them")
        .tag("outcome", outcome.label())
        .register(registry)
        .record(time);
  }
}
