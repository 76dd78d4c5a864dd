package io.penstock.registry.loggedmodel;

import java.util.Optional;

/// A row of the table of logged models.
record LoggedModelRow(
    String id,
    String experiment,
    String name,
    Optional<String> modelType,
    Optional<String> sourceRun,
    LoggedModelStatus status,
    String artifactUri,
    long createMs,
    long updateMs) {}
