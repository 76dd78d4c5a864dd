package io.penstock.registry.version;

import io.penstock.registry.experiment.RunName;
import io.penstock.registry.file.MadeFiles;
import java.util.Optional;

/// Where a version came from, as its caller said.
///
/// @param source where its files lie
/// @param location what the source comes to
/// @param runId the id of its run; empty for none
/// @param statusMessage what was noticed at registration
public record VersionOrigin(
    String source,
    String location,
    String runId,
    String runLink,
    Optional<String> loggedModel,
    String statusMessage) {

  /// Of a version that was registered from an artifact: there is nothing but what the registry
  /// shows.
  public static VersionOrigin of(ModelVersion version) {
    var files = MadeFiles.location(version.name().model(), version.name().number());
    return new VersionOrigin(
        files,
        files,
        version.run().map(RunName::run).orElse(""),
        "",
        Optional.empty(),
        version.signatureChanges());
  }
}
