package io.penstock.governance.audit;

import com.google.protobuf.Timestamp;
import io.penstock.kit.events.Event;
import io.penstock.proto.event.v1.AuditEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Audit events for tests.
final class AuditEventsOf {

  private AuditEventsOf() {}

  static AuditEvent change(String principal, String method, String resource, Instant time) {
    return AuditEvent.newBuilder()
        .setEventId(UUID.randomUUID().toString())
        .setTime(Timestamp.newBuilder().setSeconds(time.getEpochSecond()))
        .setService("registry")
        .setMethod(method)
        .setPrincipal(principal)
        .addRoles("ml-engineer")
        .setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")
        .setResource(resource)
        .setDetailsJson("{\"note\":\"test\"}")
        .build();
  }

  static Event event(AuditEvent change) {
    return raw(change.getEventId(), change.toByteArray());
  }

  static Event raw(String id, byte[] payload) {
    return new Event(
        id,
        "penstock.event.v1.AuditEvent",
        "penstock/test",
        "key",
        Instant.parse("2001-04-01T00:00:00Z"),
        payload,
        Map.of());
  }

  static List<AuditEvent> changes(String principal, int count) {
    var changes = new ArrayList<AuditEvent>();
    for (int i = 0; i < count; i++) {
      changes.add(
          change(
              principal,
              "penstock.registry.v1.ModelService/CreateModel",
              "models/m" + i,
              Instant.parse("2001-04-01T00:00:00Z").plusSeconds(i)));
    }
    return changes;
  }
}
