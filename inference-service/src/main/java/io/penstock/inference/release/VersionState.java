package io.penstock.inference.release;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.inference.v1.LoadState;

/// Where a version that is not, or no longer, in force stands.
///
/// @param version `models/{model}/versions/{n}`
public record VersionState(
    String version, Variant variant, int percent, LoadState state, String reason) {}
