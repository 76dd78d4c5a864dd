package io.penstock.kit.outbox;

import com.google.protobuf.Message;
import io.opentelemetry.api.trace.SpanContext;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// One transaction of a service: its state goes through the handle, its events wait here and are
/// written last, just before the commit. Used on one thread.
public final class Change {

  /// An event and the topic it goes to.
  record Outgoing(String topic, Event event) {}

  private final Handle handle;
  private final String service;
  private final Instant time;
  private final Origin origin;
  private final List<Outgoing> outgoing = new ArrayList<>();
  private boolean audited;

  Change(Handle handle, String service, Instant time, Origin origin) {
    this.handle = handle;
    this.service = service;
    this.time = time;
    this.origin = origin;
  }

  /// The open transaction.
  public Handle handle() {
    return handle;
  }

  /// When this change happens: one moment for all its rows and events.
  public Instant time() {
    return time;
  }

  /// Leaves an audit entry: what the caller did to the resource, with the facts that matter.
  public void audit(String resource, Map<String, String> facts) {
    audited(AuditEvents.of(service, origin.caller(), time, resource, facts));
  }

  /// Leaves an audit entry with the request as its details. Fields marked
  /// `(penstock.options.v1.sensitive)` are left out, long values are cut.
  public void audit(String resource, Message request) {
    audited(AuditEvents.of(service, origin.caller(), time, resource, request));
  }

  /// Publishes an event when, and only when, this change commits.
  public void publish(String topic, Event event) {
    outgoing.add(new Outgoing(topic, traced(event)));
  }

  private void audited(Event audit) {
    publish(Topics.AUDIT, audit);
    audited = true;
  }

  // https://www.w3.org/TR/trace-context/#traceparent-header
  private Event traced(Event event) {
    SpanContext span = origin.span();
    if (!span.isValid() || event.headers().containsKey("traceparent")) {
      return event;
    }
    return event.withHeader(
        "traceparent",
        "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex()));
  }

  List<Outgoing> outgoing() {
    return outgoing;
  }

  boolean audited() {
    return audited;
  }
}
