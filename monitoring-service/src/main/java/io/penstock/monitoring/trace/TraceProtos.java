package io.penstock.monitoring.trace;

import static io.penstock.monitoring.window.TimeProtos.timestamp;

import io.penstock.proto.monitoring.v1.Trace;
import java.util.List;

/// Traces on the wire.
final class TraceProtos {

  private TraceProtos() {}

  static Trace toProto(TraceName name, List<TraceSpan> spans) {
    var trace = Trace.newBuilder().setName(name.toString());
    spans.forEach(span -> trace.addSpans(toProto(span)));
    return trace.build();
  }

  private static io.penstock.proto.monitoring.v1.TraceSpan toProto(TraceSpan span) {
    return io.penstock.proto.monitoring.v1.TraceSpan.newBuilder()
        .setSpanId(span.spanId())
        .setParentSpanId(span.parentId())
        .setService(span.service())
        .setOperation(span.operation())
        .setStartTime(timestamp(span.start()))
        .setDurationUs(span.durationMicros())
        .putAllAttributes(span.attributes())
        .setError(span.error())
        .build();
  }
}
