package io.penstock.registry.dataset;

/// Somebody who used a snapshot, and what for.
///
/// @param user `experiments/{experiment}/runs/{id}` or `models/{model}/versions/{number}`
record DatasetUse(String user, String context) {}
