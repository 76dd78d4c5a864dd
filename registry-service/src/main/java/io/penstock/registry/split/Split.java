package io.penstock.registry.split;

import java.time.Instant;

/// A rule under a name; it never changes.
public record Split(SplitName name, SplitRule rule, Instant createTime, String createdBy) {}
