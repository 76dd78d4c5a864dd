package io.penstock.registry.dataset;

/// Somebody who used a snapshot, and what for.
///
/// @param kind runs come before versions
/// @param user `experiments/{experiment}/runs/{id}` or `models/{model}/versions/{number}`
record DatasetUse(Kind kind, String user, String context) {

  enum Kind {
    RUN,
    VERSION
  }
}
