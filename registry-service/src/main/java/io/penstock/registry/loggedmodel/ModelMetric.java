package io.penstock.registry.loggedmodel;

/// A point that a run measured on a logged model.
///
/// @param run the id of the run, as MLflow knows it
/// @param datasetName what it was measured on; empty where the run did not say
public record ModelMetric(
    String model,
    String key,
    double value,
    long step,
    long timeMs,
    String run,
    String datasetName,
    String datasetDigest) {}
