package io.penstock.registry.lineage;

import java.util.Optional;

/// Data as a client describes it. Name and digest are what it is known by in an experiment.
public record NotedDataset(
    String name,
    String digest,
    String sourceType,
    String source,
    Optional<String> schema,
    Optional<String> profile) {}
