package io.penstock.governance.audit;

import java.time.Instant;
import java.util.UUID;

/// What an audit event says that one can search for.
record AuditedChange(
    UUID eventId,
    Instant time,
    String service,
    String method,
    String principal,
    String traceId,
    String resource) {}
