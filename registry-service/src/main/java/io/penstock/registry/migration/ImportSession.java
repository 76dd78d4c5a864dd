package io.penstock.registry.migration;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// What all steps of one import share.
record ImportSession(
    ImportJob job,
    MlflowSourceClient source,
    LocalMlflowClient local,
    Progress progress,
    Jdbi jdbi) {

  /// What says where a thing came from, and what it is found by.
  static final String SOURCE_TAG = "penstock.import.source";

  /// The tag's value: `https://mlflow.example.com#runs/4f…`.
  String tag(String kind, String id) {
    return "%s#%s/%s".formatted(job.source(), kind, id);
  }

  Optional<String> imported(String kind, String sourceId) {
    return jdbi.withHandle(
        handle -> ImportRepository.imported(handle, job.source(), kind, sourceId));
  }

  void markImported(String kind, String sourceId, String localId) {
    jdbi.useHandle(
        handle -> ImportRepository.markImported(handle, job.source(), kind, sourceId, localId));
  }
}
