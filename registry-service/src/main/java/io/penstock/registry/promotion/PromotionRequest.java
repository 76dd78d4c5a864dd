package io.penstock.registry.promotion;

import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;

/// What somebody asks for.
///
/// @param etag that the version must have; empty for any
public record PromotionRequest(
    VersionName version, Stage target, String comment, String etag, String requester) {}
