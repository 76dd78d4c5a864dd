package io.penstock.registry.experiment;

import io.penstock.registry.dataset.DatasetName;

/// A data snapshot that a run read, and what for: `training`, `validation`, `test`.
public record RunInput(DatasetName dataset, String context) {}
