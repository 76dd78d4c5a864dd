package io.penstock.governance.approval;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A person's word for an action on a subject.
public record Approval(
    UUID id,
    String subject,
    String action,
    String approver,
    String comment,
    Instant createTime,
    Instant expireTime,
    Optional<Instant> withdrawTime) {

  static final String COLLECTION = "approvals/";

  String name() {
    return COLLECTION + id;
  }

  Approval withdrawn(Instant time) {
    return new Approval(
        id, subject, action, approver, comment, createTime, expireTime, Optional.of(time));
  }
}
