package io.penstock.monitoring.trace;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.failure.FailureException;
import io.penstock.monitoring.MonitoringFailure.SpansOverloaded;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// The store behind a door: only so many bytes of spans are let in at once.
@Singleton
final class SpanReceiver {

  private final TraceStore store;
  private final long limit;
  private final AtomicLong pending = new AtomicLong();

  SpanReceiver(TraceConfig config, MeterRegistry meters) {
    this.store = new TraceStore(config);
    this.limit = config.maxPending();
    Gauge.builder("penstock.monitoring.spans", store, TraceStore::spans)
        .description("Spans kept as evidence")
        .register(meters);
    Gauge.builder("penstock.monitoring.spans.bytes", store, TraceStore::bytes)
        .description("Memory that they use, roughly")
        .register(meters);
  }

  TraceStore store() {
    return store;
  }

  /// Does the work for an export of the given size, or refuses it for now.
  <T> T admit(long size, Supplier<T> work) {
    long now = pending.addAndGet(size);
    try {
      // A single export is let in whatever its size: the server's own limit has passed it.
      if (now > limit && now > size) {
        throw new FailureException(new SpansOverloaded(now, limit));
      }
      return work.get();
    } finally {
      pending.addAndGet(-size);
    }
  }
}
