package io.penstock.registry.dataset;

import java.time.Instant;

/// One immutable snapshot of data.
public record Dataset(
    DatasetName name,
    String source,
    long rows,
    Profile profile,
    Instant createTime,
    String createdBy) {}
