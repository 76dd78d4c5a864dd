package io.penstock.registry.lineage;

/// A logged model that a run made, and at which step.
public record ModelOutput(String model, long step) {}
