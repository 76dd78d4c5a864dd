package io.penstock.registry.version;

import io.penstock.registry.dataset.Profile;
import java.time.Instant;

/// The columns of a stored version beside its content.
record VersionRow(
    VersionName name,
    Stage stage,
    String artifact,
    String run,
    Profile baselineProfile,
    Instant createTime,
    String createdBy,
    long edition) {}
