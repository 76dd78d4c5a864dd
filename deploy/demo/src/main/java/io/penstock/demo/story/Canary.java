package io.penstock.demo.story;

import io.penstock.proto.registry.v1.Release;

/// A candidate that serves a part of the traffic beside the baseline.
///
/// @param release as it was when the canary started
public record Canary(Release release, String version, String baseline) {}
