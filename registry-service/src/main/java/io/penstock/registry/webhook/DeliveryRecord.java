package io.penstock.registry.webhook;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A delivery as its receiver's owner sees it.
///
/// @param state `PENDING`, `DELIVERED` or `DEAD`
/// @param nextAttempt when it is tried at the earliest, or, while it is being tried, when that is
///   given up
/// @param problem what the last attempt met with; empty where it met with none
public record DeliveryRecord(
    UUID id,
    EventType type,
    String entity,
    String state,
    int attempts,
    Instant createTime,
    Optional<Instant> nextAttempt,
    Optional<Integer> responseStatus,
    String problem) {}
