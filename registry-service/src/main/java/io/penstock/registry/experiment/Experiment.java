package io.penstock.registry.experiment;

import io.penstock.registry.NamePattern;
import java.time.Instant;
import java.util.Map;

/// A set of runs that belong together.
record Experiment(
    String id, String description, Map<String, String> tags, Instant createTime, String createdBy) {

  private static final NamePattern NAMES = NamePattern.of("experiments/{experiment}");

  Experiment {
    tags = Map.copyOf(tags);
  }

  String name() {
    return nameOf(id);
  }

  static String nameOf(String id) {
    return NAMES.format(id);
  }

  /// The id in a name.
  static String idOf(String field, String name) {
    return NAMES.parse(field, name).getFirst();
  }
}
