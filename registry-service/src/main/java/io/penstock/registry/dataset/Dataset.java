package io.penstock.registry.dataset;

import io.penstock.registry.profile.Profile;
import java.time.Instant;
import java.util.Optional;

/// One immutable snapshot of data.
///
/// @param manifest empty where the snapshot is known by the hash of its content alone
public record Dataset(
    DatasetName name,
    String source,
    long rows,
    Profile profile,
    Optional<Manifest> manifest,
    Instant createTime,
    String createdBy) {}
