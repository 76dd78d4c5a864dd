package io.penstock.registry.lineage;

import java.util.Optional;

/// Data that some run of an experiment read.
public record DatasetSummary(
    String experiment, String name, String digest, Optional<String> context) {}
