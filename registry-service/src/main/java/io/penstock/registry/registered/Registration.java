package io.penstock.registry.registered;

import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.registered.VersionSources.Resolved;
import io.penstock.registry.version.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A version that was looked at and is ready to be numbered.
///
/// @param folder where its files lie in this registry
/// @param metrics of its run, as evidence
record Registration(
    NewRegistration wanted,
    Resolved source,
    Optional<ArtifactFilePath> folder,
    VersionContents contents,
    Map<String, Double> metrics,
    String by) {

  /// What came of it.
  sealed interface Outcome {}

  record Registered(RegisteredVersion version) implements Outcome {}

  /// The model went meanwhile.
  record ModelGone() implements Outcome {}

  /// The files changed while they were looked at.
  record FilesChanged() implements Outcome {}

  /// The version as clients see it under its number.
  RegisteredVersion numbered(ModelVersion version, String message, Instant now) {
    return new RegisteredVersion(
        version.name(),
        wanted.model(),
        version.stage(),
        wanted.description(),
        wanted.source(),
        source.location(),
        source.runId(),
        wanted.runLink(),
        source.loggedModel(),
        VersionStatus.READY,
        message,
        wanted.tags(),
        List.of(),
        now,
        now,
        by);
  }
}
