package io.penstock.governance.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.penstock.governance.WireTime;
import io.penstock.proto.event.v1.AuditEvent;
import java.util.UUID;

/// Reads audit events, of which the log keeps only the bytes.
final class AuditEvents {

  /// Bytes that are no audit event that could ever be indexed; the message completes "it …".
  static final class Unreadable extends Exception {
    Unreadable(String reason) {
      super(reason);
    }
  }

  private AuditEvents() {}

  static AuditedChange read(byte[] payload) throws Unreadable {
    AuditEvent event = parse(payload);
    if (!Timestamps.isValid(event.getTime())) {
      throw new Unreadable("has a time outside the years 1 to 9999");
    }
    // PostgreSQL's text cannot hold it, and no honest name does.
    if (hasNul(event)) {
      throw new Unreadable("holds a NUL character");
    }
    return new AuditedChange(
        id(event),
        WireTime.fromProto("time", event.getTime()),
        event.getService(),
        event.getMethod(),
        event.getPrincipal(),
        event.getTraceId(),
        event.getResource());
  }

  private static AuditEvent parse(byte[] payload) throws Unreadable {
    try {
      return AuditEvent.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new Unreadable("is no AuditEvent: " + e.getMessage());
    }
  }

  private static UUID id(AuditEvent event) throws Unreadable {
    try {
      return UUID.fromString(event.getEventId());
    } catch (IllegalArgumentException e) {
      throw new Unreadable("has the event_id '%s', which is no UUID".formatted(event.getEventId()));
    }
  }

  private static boolean hasNul(AuditEvent event) {
    String texts =
        event.getService()
            + event.getMethod()
            + event.getPrincipal()
            + event.getTraceId()
            + event.getResource();
    return texts.indexOf('\0') >= 0;
  }
}
