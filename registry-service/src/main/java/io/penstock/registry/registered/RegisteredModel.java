package io.penstock.registry.registered;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A model under the name by which MLflow clients ask for it.
///
/// @param id the model's id in this registry; a rename keeps it
/// @param aliases the number of the version that each stands for
/// @param latest the newest version of each stage
public record RegisteredModel(
    String id,
    String name,
    String description,
    Map<String, String> tags,
    Map<String, Long> aliases,
    List<RegisteredVersion> latest,
    Instant createTime,
    Instant updateTime) {

  public RegisteredModel {
    tags = Map.copyOf(tags);
    aliases = Map.copyOf(aliases);
    latest = List.copyOf(latest);
  }

  RegisteredModel with(List<RegisteredVersion> versions) {
    return new RegisteredModel(
        id, name, description, tags, aliases, versions, createTime, updateTime);
  }
}
