package io.penstock.kit.telemetry;

import io.grpc.Metadata;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The trace context in the metadata of a call: `traceparent` and `tracestate`.
final class TraceHeaders implements TextMapGetter<Metadata>, TextMapSetter<Metadata> {

  static final TraceHeaders INSTANCE = new TraceHeaders();

  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> STATE =
      Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER);

  private TraceHeaders() {}

  // Making a key checks every character of it, so the two that matter are made once.
  private static Metadata.Key<String> key(String name) {
    return switch (name) {
      case "traceparent" -> PARENT;
      case "tracestate" -> STATE;
      default -> Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    };
  }

  @Override
  public Iterable<String> keys(Metadata headers) {
    return List.copyOf(headers.keys());
  }

  @Override
  public @Nullable String get(@Nullable Metadata headers, String name) {
    return headers == null ? null : headers.get(key(name));
  }

  @Override
  public void set(@Nullable Metadata headers, String name, String value) {
    if (headers != null) {
      headers.discardAll(key(name));
      headers.put(key(name), value);
    }
  }
}
