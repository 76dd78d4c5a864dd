package io.penstock.monitoring.version;

import io.penstock.kit.failure.InvalidArguments;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `models/{model}/versions/{version}`.
public record VersionName(String model, String version) implements Comparable<VersionName> {

  private static final Pattern RESOURCE =
      Pattern.compile("models/([a-z0-9][a-z0-9._-]{0,62})/versions/([1-9][0-9]{0,17})");

  /// Reads the name that a request carries in the given field.
  public static VersionName parse(String field, String name) {
    return find(name)
        .orElseThrow(
            () ->
                InvalidArguments.of(
                    field,
                    "was '%s', expected models/{model}/versions/{n}".formatted(shortened(name))));
  }

  /// The name, if it is one.
  public static Optional<VersionName> find(String name) {
    Matcher matcher = RESOURCE.matcher(name);
    return matcher.matches()
        ? Optional.of(new VersionName(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }

  @Override
  public int compareTo(VersionName other) {
    int models = model.compareTo(other.model);
    return models != 0 ? models : version.compareTo(other.version);
  }

  @Override
  public String toString() {
    return "models/" + model + "/versions/" + version;
  }
}
