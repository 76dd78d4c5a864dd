package io.penstock.governance.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.governance.WireTime;
import io.penstock.governance.log.Hash;
import io.penstock.governance.log.LogCorrupt;
import io.penstock.proto.event.v1.AuditEvent;
import java.time.Instant;
import java.util.UUID;

/// What the index knows of an entry.
record AuditRow(long index, UUID eventId, Hash hash, Instant appendTime, AuditEvent event) {

  /// The row of an entry that is in the log, and so must parse.
  static AuditRow of(long index, byte[] data, Instant appendTime) {
    try {
      var event = AuditEvent.parseFrom(data);
      UUID id = UUID.fromString(event.getEventId());
      return new AuditRow(index, id, Hash.leaf(data), appendTime, event);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new LogCorrupt(AuditEntry.name(index) + " is no audit event", e);
    }
  }

  Instant eventTime() {
    return WireTime.fromProto("time", event.getTime());
  }
}
