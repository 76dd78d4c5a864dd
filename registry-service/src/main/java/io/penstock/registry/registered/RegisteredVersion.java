package io.penstock.registry.registered;

import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A version as MLflow clients see it.
///
/// @param model the model's name, not its id
/// @param source where its files lie, as the caller named it
/// @param location what the source comes to
/// @param runId the run that made it, as the caller named it; empty for none
public record RegisteredVersion(
    VersionName id,
    String model,
    Stage stage,
    String description,
    String source,
    String location,
    String runId,
    String runLink,
    Optional<String> loggedModel,
    VersionStatus status,
    String statusMessage,
    Map<String, String> tags,
    List<String> aliases,
    Instant createTime,
    Instant updateTime,
    String createdBy) {

  public RegisteredVersion {
    tags = Map.copyOf(tags);
    aliases = List.copyOf(aliases);
  }

  /// Where clients find its files: in a run if they named one, or else where these lie.
  public String downloadUri() {
    return source.startsWith("runs:/") ? source : location;
  }
}
