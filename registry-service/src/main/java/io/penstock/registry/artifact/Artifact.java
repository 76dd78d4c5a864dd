package io.penstock.registry.artifact;

import java.time.Instant;

/// Immutable bytes that are stored, and who stored them.
public record Artifact(
    ArtifactDigest digest,
    long sizeBytes,
    String mediaType,
    Instant createTime,
    String createdBy) {}
