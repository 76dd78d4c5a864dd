package io.penstock.monitoring.trace;

import java.time.Instant;
import java.util.Map;

/// One span of a trace.
///
/// @param parentId empty for the root
record TraceSpan(
    String traceId,
    String spanId,
    String parentId,
    String service,
    String operation,
    Instant start,
    long durationMicros,
    Map<String, String> attributes,
    boolean error) {

  private static final long OVERHEAD = 400;
  private static final long ATTRIBUTE_OVERHEAD = 100;

  /// What it takes in memory, roughly.
  long bytes() {
    long bytes = OVERHEAD + operation.length();
    for (var attribute : attributes.entrySet()) {
      bytes += ATTRIBUTE_OVERHEAD + attribute.getKey().length() + attribute.getValue().length();
    }
    return bytes;
  }
}
