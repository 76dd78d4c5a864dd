package io.penstock.monitoring.trace;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The recent traces. When they exceed their limits the trace that came first goes as a whole: half
/// a trace explains nothing. Thread-safe.
final class TraceStore {

  /// The spans of one trace by id: an exporter that retries sends some again.
  private static final class Spans {
    private final Map<String, TraceSpan> byId = new LinkedHashMap<>();
    private long bytes;
  }

  private final TraceConfig config;
  private final LinkedHashMap<String, Spans> traces = new LinkedHashMap<>();
  private long spans;
  private long bytes;

  TraceStore(TraceConfig config) {
    this.config = config;
  }

  /// Takes spans; returns how many were too many for their trace.
  synchronized int add(Collection<TraceSpan> more) {
    int rejected = 0;
    for (var span : more) {
      rejected += add(span) ? 0 : 1;
    }
    evict();
    return rejected;
  }

  private boolean add(TraceSpan span) {
    var trace = traces.computeIfAbsent(span.traceId(), _ -> new Spans());
    if (trace.byId.size() >= config.maxSpansPerTrace() && !trace.byId.containsKey(span.spanId())) {
      return false;
    }
    var replaced = trace.byId.put(span.spanId(), span);
    long grown = span.bytes() - (replaced == null ? 0 : replaced.bytes());
    trace.bytes += grown;
    bytes += grown;
    spans += replaced == null ? 1 : 0;
    return true;
  }

  private void evict() {
    while (spans > config.maxSpans() || bytes > config.maxBytes()) {
      var oldest = traces.pollFirstEntry().getValue();
      spans -= oldest.byId.size();
      bytes -= oldest.bytes;
    }
  }

  /// The spans of a trace, parents before their children.
  Optional<List<TraceSpan>> find(String traceId) {
    return copy(traceId).map(SpanOrder::parentsFirst);
  }

  private synchronized Optional<List<TraceSpan>> copy(String traceId) {
    return Optional.ofNullable(traces.get(traceId)).map(trace -> List.copyOf(trace.byId.values()));
  }

  synchronized long spans() {
    return spans;
  }

  synchronized long bytes() {
    return bytes;
  }
}
