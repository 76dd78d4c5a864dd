package io.penstock.demo.story;

import io.penstock.demo.training.Study;
import io.penstock.proto.registry.v1.ModelVersion;

/// Both models as versions of the registry.
///
/// @param baselineIsNew false where an earlier run registered it
public record Registered(
    Study study,
    Views views,
    ModelVersion baseline,
    boolean baselineIsNew,
    ModelVersion candidate) {}
