package io.penstock.registry.file;

import io.penstock.registry.artifact.ArtifactDigest;

/// A name and the bytes that it stands for.
public record ArtifactFile(ArtifactFilePath path, ArtifactDigest digest, long size) {}
