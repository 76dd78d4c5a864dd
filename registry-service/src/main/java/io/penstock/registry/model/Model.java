package io.penstock.registry.model;

import io.penstock.registry.NamePattern;
import java.time.Instant;
import java.util.Map;

/// Something that is trained again and again; each time gives a version.
///
/// @param displayName what MLflow clients know it by
/// @param latestVersion 0 where there is none
record Model(
    String id,
    String displayName,
    String description,
    Map<String, String> tags,
    String owner,
    long latestVersion,
    Instant createTime,
    Instant updateTime) {

  private static final NamePattern NAMES = NamePattern.of("models/{model}");

  Model {
    tags = Map.copyOf(tags);
  }

  String name() {
    return nameOf(id);
  }

  static String nameOf(String id) {
    return NAMES.format(id);
  }

  /// The id in a model's name.
  static String idOf(String field, String name) {
    return NAMES.parse(field, name).getFirst();
  }
}
