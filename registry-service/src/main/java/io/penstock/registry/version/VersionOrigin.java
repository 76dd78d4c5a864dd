package io.penstock.registry.version;

import io.penstock.registry.experiment.RunName;
import java.util.Optional;

/// Where a version came from, as its caller said.
///
/// @param source where its files lie; empty for a version of an artifact
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

  static VersionOrigin of(ModelVersion version) {
    return new VersionOrigin(
        "",
        "",
        version.run().map(RunName::run).orElse(""),
        "",
        Optional.empty(),
        version.signatureChanges());
  }
}
