package io.penstock.oip;

import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.json.ByteSink;
import io.penstock.oip.json.JsonWriter;

/// Errors as the protocol writes them: `error`, and beside it our reason and the trace.
public final class ErrorBodies {

  private ErrorBodies() {}

  /// @param traceId empty where there is none
  public static HttpBody write(FailureStatus failure, String traceId) {
    ByteSink sink = new ByteSink(256);
    JsonWriter out = new JsonWriter(sink).beginObject();
    out.name("error").value(failure.message());
    out.name("reason").value(failure.reason());
    out.name("trace_id").value(traceId);
    out.endObject();
    return HttpBody.json(sink.toByteArray());
  }
}
