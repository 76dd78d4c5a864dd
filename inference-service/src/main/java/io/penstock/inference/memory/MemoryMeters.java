package io.penstock.inference.memory;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The metrics of the models' memory as a whole.
final class MemoryMeters implements AutoCloseable {

  private static final String PREFIX = "penstock.inference.memory.";

  private final MeterRegistry registry;
  private final Timer loads;
  private final Counter evictions;
  private final Counter revivals;
  private final List<Meter> meters;

  MemoryMeters(
      MeterRegistry registry, long budget, Supplier<Number> used, Supplier<Number> models) {
    this.registry = registry;
    this.loads =
        Timer.builder(PREFIX + "loads")
            .description("Loads of models, reading and checking included")
            .register(registry);
    this.evictions =
        Counter.builder(PREFIX + "evictions")
            .description("Models that left memory to make room")
            .register(registry);
    this.revivals =
        Counter.builder(PREFIX + "revivals")
            .description("Versions that found their model still in memory")
            .register(registry);
    this.meters =
        List.of(
            loads,
            evictions,
            revivals,
            bytes("used.bytes", "Memory that models hold, as measured", used),
            bytes("budget.bytes", "Memory that models may hold", () -> budget),
            Gauge.builder(PREFIX + "models", models)
                .description("Models of served versions, in memory or not")
                .register(registry));
  }

  private Gauge bytes(String name, String description, Supplier<Number> value) {
    return Gauge.builder(PREFIX + name, value).description(description).register(registry);
  }

  void loaded(long nanos) {
    loads.record(nanos, TimeUnit.NANOSECONDS);
  }

  void evicted() {
    evictions.increment();
  }

  void revived() {
    revivals.increment();
  }

  @Override
  public void close() {
    meters.forEach(registry::remove);
  }
}
