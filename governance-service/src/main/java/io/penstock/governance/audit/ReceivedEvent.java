package io.penstock.governance.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.penstock.governance.log.Hash;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.proto.event.v1.AuditEvent;
import java.util.UUID;

/// An event as it came from the event log: one that can become an entry, or one that never will.
sealed interface ReceivedEvent {

  /// Fit to be an entry; its payload goes into the log byte by byte.
  record Fit(StoredEvent stored, UUID id, Hash hash) implements ReceivedEvent {
    byte[] payload() {
      return stored.event().payload();
    }
  }

  /// Unfit, and why.
  record Unfit(StoredEvent stored, String reason) implements ReceivedEvent {}

  static ReceivedEvent of(StoredEvent stored) {
    byte[] payload = stored.event().payload();
    if (payload.length > MerkleLog.MAX_ENTRY) {
      return new Unfit(
          stored,
          "holds %d bytes, expected at most %d".formatted(payload.length, MerkleLog.MAX_ENTRY));
    }
    try {
      return of(stored, AuditEvent.parseFrom(payload));
    } catch (InvalidProtocolBufferException e) {
      return new Unfit(stored, "is no AuditEvent: " + e.getMessage());
    }
  }

  private static ReceivedEvent of(StoredEvent stored, AuditEvent event) {
    if (!Timestamps.isValid(event.getTime())) {
      return new Unfit(stored, "its time is outside the years 1 to 9999");
    }
    // PostgreSQL's text cannot hold it, and no honest name does.
    if (hasNul(event)) {
      return new Unfit(stored, "holds a NUL character");
    }
    try {
      UUID id = UUID.fromString(event.getEventId());
      return new Fit(stored, id, Hash.leaf(stored.event().payload()));
    } catch (IllegalArgumentException e) {
      return new Unfit(stored, "its event_id '%s' is no UUID".formatted(event.getEventId()));
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
