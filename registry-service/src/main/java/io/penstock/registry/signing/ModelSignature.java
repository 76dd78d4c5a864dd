package io.penstock.registry.signing;

import java.time.Instant;

/// A signature over the files of a version, as it is kept.
///
/// @param root hex digest over the digests of the files
/// @param bundle sigstore bundle, JSON
public record ModelSignature(
    String keyId, String root, String bundle, Instant createTime, String createdBy) {}
