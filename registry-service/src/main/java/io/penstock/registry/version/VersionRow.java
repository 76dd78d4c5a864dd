package io.penstock.registry.version;

import io.penstock.registry.profile.Profile;
import io.penstock.registry.version.ModelVersion.Retirement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The columns of a stored version beside its content.
///
/// @param artifact null where the version cannot be served
record VersionRow(
    VersionName name,
    String description,
    Stage stage,
    @Nullable String artifact,
    String run,
    String signatureChanges,
    Profile baselineProfile,
    Map<String, String> tags,
    Optional<Retirement> retirement,
    Instant createTime,
    String createdBy,
    long edition) {}
