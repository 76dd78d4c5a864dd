package io.penstock.kit.outbox;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.penstock.kit.events.Delivery;
import io.penstock.kit.events.Event;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.proto.event.v1.AuditEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Audit entries as events. A service with a database leaves them by [Change#audit], in the
/// transaction that they tell of; one without makes them here and sees to it that they arrive.
public final class AuditEvents {

  private AuditEvents() {}

  /// What the current caller does to the resource, with the facts that matter.
  public static Event of(String service, Instant time, String resource, Map<String, String> facts) {
    return of(service, Caller.find(), time, resource, facts);
  }

  /// What the current caller does to the resource, with the request as its details. Fields marked
  /// `(penstock.options.v1.sensitive)` are left out, long values are cut.
  public static Event of(String service, Instant time, String resource, Message request) {
    return of(service, Caller.find(), time, resource, request);
  }

  static Event of(
      String service,
      Optional<Caller> caller,
      Instant time,
      String resource,
      Map<String, String> facts) {
    return event(service, caller, time, resource, AuditDetails.of(facts));
  }

  static Event of(
      String service, Optional<Caller> caller, Instant time, String resource, Message request) {
    return event(service, caller, time, resource, AuditDetails.of(request));
  }

  private static Event event(
      String service, Optional<Caller> calling, Instant time, String resource, String details) {
    Caller caller = calling.orElseGet(() -> nobody(service));
    return asEvent(
        AuditEvent.newBuilder()
            .setEventId(UUID.randomUUID().toString())
            .setTime(timestamp(time))
            .setService(service)
            .setMethod(caller.method())
            .setPrincipal(caller.principal().name())
            .addAllRoles(caller.principal().roles().stream().sorted().toList())
            .setTraceId(caller.traceId())
            .setResource(resource)
            .setDetailsJson(details)
            .build());
  }

  /// An entry that was written down as the payload of its event.
  public static Event parse(byte[] payload) {
    try {
      return asEvent(AuditEvent.parseFrom(payload));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no audit entry: " + e.getMessage(), e);
    }
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  // The audit event and its envelope share one id, by which the audit log takes it once.
  private static Event asEvent(AuditEvent audit) {
    return new Event(
        audit.getEventId(),
        AuditEvent.getDescriptor().getFullName(),
        "penstock/" + audit.getService(),
        audit.getResource(),
        Instant.ofEpochSecond(audit.getTime().getSeconds(), audit.getTime().getNanos()),
        audit.toByteArray(),
        Map.of());
  }

  // Without a call the service itself acts: for an event that it consumes, or on its own account.
  private static Caller nobody(String service) {
    var principal = new Principal(service, Principal.Kind.SERVICE, Set.of());
    String cause = Delivery.topic().map("event/"::concat).orElse("background/" + service);
    SpanContext span = Span.current().getSpanContext();
    return new Caller(principal, cause, span.isValid() ? span.getTraceId() : "");
  }
}
