package io.penstock.registry.registered;

import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.MadeFiles;
import io.penstock.registry.mlmodel.VersionContents;
import io.penstock.registry.registered.VersionSources.Resolved;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
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

  /// Where the files of the version lie. What was made of another version's artifact shows it as a
  /// file of its own, whatever becomes of the other.
  String location(VersionName version) {
    return contents.files().isEmpty() && contents.artifact().isPresent()
        ? MadeFiles.location(version.model(), version.number())
        : source.location();
  }

  /// The version as clients see it under its number.
  RegisteredVersion numbered(ModelVersion version, String message, Instant now) {
    return new RegisteredVersion(
        version.name(),
        wanted.model(),
        version.stage(),
        wanted.description(),
        wanted.source(),
        location(version.name()),
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
