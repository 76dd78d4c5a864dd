package io.penstock.registry.experiment;

import io.penstock.registry.Lifecycle;
import io.penstock.registry.NamePattern;
import java.util.Map;

/// A set of runs that belong together.
///
/// @param name what people call it: unique, any Unicode, can be changed; the id of one made
///   natively
/// @param artifactLocation the URI below which its runs keep their files
/// @param createMs milliseconds since 1970
public record Experiment(
    String id,
    String name,
    String description,
    Map<String, String> tags,
    String artifactLocation,
    Lifecycle lifecycle,
    long createMs,
    long updateMs,
    String createdBy) {

  private static final NamePattern NAMES = NamePattern.of("experiments/{experiment}");

  public Experiment {
    tags = Map.copyOf(tags);
  }

  /// `experiments/{id}`.
  public String resource() {
    return resource(id);
  }

  public static String resource(String id) {
    return NAMES.format(id);
  }

  /// The id in a resource name.
  static String idOf(String field, String name) {
    return NAMES.parse(field, name).getFirst();
  }
}
