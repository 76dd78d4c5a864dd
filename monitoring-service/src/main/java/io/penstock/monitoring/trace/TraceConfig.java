package io.penstock.monitoring.trace;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;

/// How many traces are kept and how fast they are taken.
///
/// @param maxSpans spans kept, of all traces together
/// @param maxBytes memory that they may use, roughly
/// @param maxSpansPerTrace spans kept of one trace; what comes beyond is rejected
/// @param maxPending bytes of spans that may be under way at once; beyond that exporters are asked
///   to come back
@ConfigurationProperties("penstock.monitoring.traces")
public record TraceConfig(
    @Bindable(defaultValue = "100000") int maxSpans,
    @ReadableBytes @Bindable(defaultValue = "64MB") long maxBytes,
    @Bindable(defaultValue = "5000") int maxSpansPerTrace,
    @ReadableBytes @Bindable(defaultValue = "32MB") long maxPending) {

  public TraceConfig {
    if (maxSpansPerTrace < 1) {
      throw invalid("max-spans-per-trace", maxSpansPerTrace, "at least 1");
    }
    if (maxSpans < maxSpansPerTrace) {
      throw invalid("max-spans", maxSpans, "at least max-spans-per-trace");
    }
    if (maxBytes < 1 << 20) {
      throw invalid("max-bytes", maxBytes, "at least 1MB");
    }
    if (maxPending < 1 << 20) {
      throw invalid("max-pending", maxPending, "at least 1MB");
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "penstock.monitoring.traces.%s was %s, expected %s".formatted(key, value, expected));
  }
}
