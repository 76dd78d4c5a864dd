package io.penstock.governance.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A key of an application, known by the digest of its secret.
record ApiKey(
    UUID id,
    byte[] secretSha256,
    String principal,
    List<RoleName> roles,
    Instant createTime,
    Instant expireTime,
    Optional<Instant> revokeTime) {

  static final String COLLECTION = "apiKeys/";

  String name() {
    return COLLECTION + id;
  }

  ApiKey revoked(Instant time) {
    return new ApiKey(
        id, secretSha256, principal, roles, createTime, expireTime, Optional.of(time));
  }
}
