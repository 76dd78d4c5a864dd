package io.penstock.governance.audit;

import io.penstock.governance.log.LogCorrupt;
import io.penstock.governance.tree.Hash;
import java.time.Instant;

/// What the index knows of an entry.
record AuditRow(long index, Hash hash, Instant appendTime, AuditedChange change) {

  /// The row of an entry that is in the log, and so must be readable.
  static AuditRow of(long index, byte[] data, Instant appendTime) {
    try {
      return new AuditRow(index, Hash.leaf(data), appendTime, AuditEvents.read(data));
    } catch (AuditEvents.Unreadable e) {
      throw new LogCorrupt(AuditEntry.name(index) + " is in the log, but " + e.getMessage(), e);
    }
  }
}
