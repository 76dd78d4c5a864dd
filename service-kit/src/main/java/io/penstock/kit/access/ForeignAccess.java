package io.penstock.kit.access;

import java.util.Map;

/// Access rules for RPCs whose .proto is not ours to write in (OTLP), or that are only forwarded
/// (the gateway), by full method name:
/// `opentelemetry.proto.collector.trace.v1.TraceService/Export`. A bean of a service adds its own.
public record ForeignAccess(Map<String, AccessRule> rules) {
  public ForeignAccess {
    rules = Map.copyOf(rules);
  }
}
