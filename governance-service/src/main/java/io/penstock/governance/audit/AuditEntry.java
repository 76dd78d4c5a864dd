package io.penstock.governance.audit;

import io.penstock.governance.tree.Hash;
import java.time.Instant;

/// One leaf of the audit log.
///
/// @param data the exact bytes that were hashed
record AuditEntry(long index, byte[] data, Hash hash, Instant appendTime) {

  static final String COLLECTION = "auditEntries/";

  static String name(long index) {
    return COLLECTION + index;
  }

  String name() {
    return name(index);
  }
}
