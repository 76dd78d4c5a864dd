package io.penstock.inference.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/// The metrics of worker processes.
final class WorkerMeters {

  private static final String PREFIX = "penstock.inference.worker.";

  private final MeterRegistry registry;

  WorkerMeters(MeterRegistry registry, Supplier<Number> isolated) {
    this.registry = registry;
    Gauge.builder(PREFIX + "models", isolated)
        .description("Models that run in a process of their own")
        .register(registry);
  }

  /// The process of a served model ended, and nobody had wanted it to.
  void died(String version) {
    var parts = version.split("/");
    Counter.builder(PREFIX + "deaths")
        .description(
            "Worker processes of served models that ended by themselves or had to be ended")
        .tags("model", parts[1], "version", parts[3])
        .register(registry)
        .increment();
  }

  /// A model was refused on trial.
  void refused() {
    Counter.builder(PREFIX + "refusals")
        .description("Models that were refused on trial")
        .register(registry)
        .increment();
  }
}
