package io.penstock.registry.release;

import io.penstock.registry.version.ModelVersion;

/// One version in the split.
///
/// @param percent share of the requests, for a shadow of their copies; 0 for a fallback
public record TrafficTarget(ModelVersion version, Variant variant, int percent) {}
