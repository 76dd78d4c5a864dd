package io.penstock.mlflow.wire;

import org.jspecify.annotations.Nullable;

/// One request and what must be answered.
///
/// @param line where it stands in its file
/// @param since the first major version of MLflow that answers so
/// @param differs why Penstock answers otherwise than MLflow; empty where both agree
/// @param expected what Penstock must answer
/// @param mlflow what MLflow answers where Penstock differs
record WireCase(
    String title,
    int line,
    int since,
    String differs,
    WireRequest request,
    WireAnswer expected,
    @Nullable WireAnswer mlflow) {

  /// What a real MLflow server must answer.
  WireAnswer fromMlflow() {
    return mlflow == null ? expected : mlflow;
  }
}
