package io.penstock.registry.lifecycle;

import java.time.Instant;
import java.util.Optional;

/// The date of a version's retirement as somebody set it.
///
/// @param retireTime empty where the retirement was taken back
record RetirementChange(
    long id, Optional<Instant> retireTime, String reason, String by, Instant time) {}
