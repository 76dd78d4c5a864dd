package io.penstock.governance.access;

import java.time.Instant;
import java.util.UUID;

/// A role given to a principal, beside what its token says.
record Binding(UUID id, String principal, RoleName role, Instant createTime, String createdBy) {

  static final String COLLECTION = "bindings/";

  String name() {
    return COLLECTION + id;
  }
}
