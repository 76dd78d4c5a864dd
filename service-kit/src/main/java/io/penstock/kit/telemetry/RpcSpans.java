package io.penstock.kit.telemetry;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Objects;

/// Starts and ends the spans of RPCs. Attributes are only gathered for spans that are recorded.
final class RpcSpans {

  static final String SCOPE = "io.penstock.kit.grpc";

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<Long> CODE = AttributeKey.longKey("rpc.grpc.status_code");

  private RpcSpans() {}

  static Span start(Tracer tracer, Context parent, SpanKind kind, MethodDescriptor<?, ?> method) {
    var span =
        tracer
            .spanBuilder(method.getFullMethodName())
            .setParent(parent)
            .setSpanKind(kind)
            .startSpan();
    if (span.isRecording()) {
      span.setAttribute(SYSTEM, "grpc");
      span.setAttribute(SERVICE, Objects.requireNonNullElse(method.getServiceName(), ""));
      span.setAttribute(METHOD, Objects.requireNonNullElse(method.getBareMethodName(), ""));
    }
    return span;
  }

  /// Ends a span that was not ended yet; a caller's mistake is no error of the server.
  static void end(Span span, SpanKind kind, Status.Code code) {
    if (span.isRecording()) {
      span.setAttribute(CODE, (long) code.value());
      if (kind == SpanKind.SERVER ? isServersFault(code) : code != Status.Code.OK) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }

  private static boolean isServersFault(Status.Code code) {
    return switch (code) {
      case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS -> true;
      default -> false;
    };
  }
}
