package io.penstock.registry.dataset;

import io.penstock.proto.registry.v1.DatasetProfile;
import java.time.Instant;

/// One immutable snapshot of data. Its profile is carried, never interpreted: monitoring reads it.
public record Dataset(
    DatasetName name,
    String source,
    long rows,
    DatasetProfile profile,
    Instant createTime,
    String createdBy) {}
