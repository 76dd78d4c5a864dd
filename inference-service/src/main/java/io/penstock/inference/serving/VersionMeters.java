package io.penstock.inference.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of one version. They leave the registry with it.
public final class VersionMeters implements AutoCloseable {

  private static final String PREFIX = "penstock.inference.";

  private static final Duration[] LATENCIES = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final MeterRegistry registry;
  private final Tags tags;
  private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();
  private final Timer queue;
  private final Timer compute;
  private final DistributionSummary batchRows;
  private final DistributionSummary runRatio;
  private final Counter notNumbers;
  private final Map<String, Timer> totals = new ConcurrentHashMap<>();
  private final Map<DispatchReason, Counter> runs = new ConcurrentHashMap<>();
  private final Map<String, Supplier<Number>> shown = new ConcurrentHashMap<>();

  VersionMeters(MeterRegistry registry, VersionName version) {
    this.registry = registry;
    this.tags = Tags.of("model", version.model(), "version", version.version());
    this.queue = timer("queue", "Time from arrival in the queue to the run", tags);
    this.compute = timer("compute", "Time of the run that answered", tags);
    this.notNumbers =
        kept(
            Counter.builder(PREFIX + "nan")
                .description("Answers that hold NaN")
                .tags(tags)
                .register(registry));
    this.batchRows =
        kept(
            DistributionSummary.builder(PREFIX + "batch.rows")
                .description("Rows that ran together")
                .tags(tags)
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .register(registry));
    this.runRatio =
        kept(
            DistributionSummary.builder(PREFIX + "run.ratio")
                .description("Time that a batch held its runner, to the time expected of it")
                .tags(tags)
                .serviceLevelObjectives(0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2, 4)
                .register(registry));
  }

  private Timer timer(String name, String description, Tags tags) {
    return kept(
        Timer.builder(PREFIX + name)
            .description(description)
            .tags(tags)
            .serviceLevelObjectives(LATENCIES)
            .register(registry));
  }

  private <T extends Meter> T kept(T meter) {
    meters.add(meter);
    return meter;
  }

  /// A prediction ended: `OK`, or with the reason of its failure.
  public void ended(String code, long totalNanos) {
    totals
        .computeIfAbsent(
            code, c -> timer("total", "Time from arrival to answer", tags.and("code", c)))
        .record(totalNanos, TimeUnit.NANOSECONDS);
  }

  public void answered(long queueNanos, long computeNanos) {
    queue.record(queueNanos, TimeUnit.NANOSECONDS);
    compute.record(computeNanos, TimeUnit.NANOSECONDS);
  }

  void ran(int rows, DispatchReason reason) {
    batchRows.record(rows);
    runs.computeIfAbsent(reason, this::runCounter).increment();
  }

  void held(long heldNanos, long expectedNanos) {
    if (expectedNanos > 0) {
      runRatio.record((double) heldNanos / expectedNanos);
    }
  }

  private Counter runCounter(DispatchReason reason) {
    return kept(
        Counter.builder(PREFIX + "runs")
            .description("Runs of the model by why the batch was sent")
            .tags(tags.and("reason", reason.label()))
            .register(registry));
  }

  void queueDepth(Supplier<Number> rows) {
    show("queue.rows", "Rows that wait in the queue", null, rows);
  }

  /// Counts an answer that is no number somewhere. It is delivered all the same: what a model means
  /// by it is its caller's to know.
  public void checked(List<Tensor> outputs) {
    if (NotNumbers.in(outputs)) {
      notNumbers.increment();
    }
  }

  void memory(Supplier<Number> bytes) {
    show(
        "memory.model.bytes", "Memory that the version's model holds, as measured", "bytes", bytes);
  }

  // Of a version that is open twice, the one opened last is shown.
  private void show(
      String name, String description, @Nullable String unit, Supplier<Number> value) {
    if (shown.put(name, value) == null) {
      kept(
          Gauge.builder(PREFIX + name, () -> Objects.requireNonNull(shown.get(name)).get())
              .description(description)
              .baseUnit(unit)
              .tags(tags)
              .register(registry));
    }
  }

  @Override
  public void close() {
    meters.forEach(registry::remove);
  }
}
