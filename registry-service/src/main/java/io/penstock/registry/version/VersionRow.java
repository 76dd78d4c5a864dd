package io.penstock.registry.version;

import java.time.Instant;

/// The columns of a stored version beside its content.
record VersionRow(
    VersionName name,
    Stage stage,
    String artifact,
    String run,
    Instant createTime,
    String createdBy,
    long edition) {}
