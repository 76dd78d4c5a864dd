package io.penstock.monitoring.trace;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Spans as OpenTelemetry's exporters send them.
final class OtlpProtos {

  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final int MAX_ATTRIBUTES = 64;
  private static final int MAX_VALUE_LENGTH = 1024;
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  /// The spans of one export.
  ///
  /// @param invalid how many had no proper ids and were left out
  record Received(List<TraceSpan> spans, int invalid) {}

  private OtlpProtos() {}

  static Received fromProto(ExportTraceServiceRequest request) {
    var spans = new ArrayList<TraceSpan>();
    int invalid = 0;
    for (var resourceSpans : request.getResourceSpansList()) {
      String service = service(resourceSpans.getResource());
      for (var scopeSpans : resourceSpans.getScopeSpansList()) {
        for (var span : scopeSpans.getSpansList()) {
          if (isIdentified(span)) {
            spans.add(span(service, span));
          } else {
            invalid++;
          }
        }
      }
    }
    return new Received(spans, invalid);
  }

  /// Success is an empty answer; a partial one says what was not taken, and is not to be retried.
  static ExportTraceServiceResponse toProto(int invalid, int tooMany) {
    var response = ExportTraceServiceResponse.newBuilder();
    if (invalid + tooMany > 0) {
      response
          .getPartialSuccessBuilder()
          .setRejectedSpans(invalid + tooMany)
          .setErrorMessage(
              "%d spans without valid ids, %d beyond the spans kept of one trace"
                  .formatted(invalid, tooMany));
    }
    return response.build();
  }

  private static boolean isIdentified(Span span) {
    return isId(span.getTraceId(), TRACE_ID_BYTES) && isId(span.getSpanId(), SPAN_ID_BYTES);
  }

  private static boolean isId(ByteString id, int length) {
    boolean zero = true;
    for (int i = 0; i < id.size(); i++) {
      zero &= id.byteAt(i) == 0;
    }
    return id.size() == length && !zero;
  }

  private static TraceSpan span(String service, Span span) {
    long nanos = Math.max(0, span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
    return new TraceSpan(
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        service,
        span.getName(),
        Instant.ofEpochSecond(
            Long.divideUnsigned(span.getStartTimeUnixNano(), NANOS_A_SECOND),
            Long.remainderUnsigned(span.getStartTimeUnixNano(), NANOS_A_SECOND)),
        nanos / 1000,
        attributes(span.getAttributesList()),
        span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR);
  }

  private static String service(Resource resource) {
    return resource.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> text(attribute.getValue()))
        .findFirst()
        .orElse("unknown_service");
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    var texts = new LinkedHashMap<String, String>();
    attributes.stream()
        .limit(MAX_ATTRIBUTES)
        .forEach(attribute -> texts.put(attribute.getKey(), shortened(text(attribute.getValue()))));
    return texts;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BYTES_VALUE -> hex(value.getBytesValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .limit(MAX_ATTRIBUTES)
              .map(OtlpProtos::text)
              .collect(Collectors.joining(", ", "[", "]"));
      default -> "";
    };
  }

  private static String shortened(String text) {
    return text.length() <= MAX_VALUE_LENGTH ? text : text.substring(0, MAX_VALUE_LENGTH) + "…";
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
