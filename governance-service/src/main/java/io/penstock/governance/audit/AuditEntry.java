package io.penstock.governance.audit;

import io.penstock.governance.log.Hash;
import io.penstock.proto.event.v1.AuditEvent;
import java.time.Instant;

/// One leaf of the audit log with the event that its bytes are.
record AuditEntry(long index, AuditEvent event, byte[] data, Hash hash, Instant appendTime) {

  static final String COLLECTION = "auditEntries/";

  static String name(long index) {
    return COLLECTION + index;
  }

  String name() {
    return name(index);
  }
}
