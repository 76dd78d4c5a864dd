package io.penstock.registry.release;

import io.penstock.registry.NamePattern;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The desired traffic of one model, at one revision.
///
/// @param revision of the whole registry
/// @param canary present while a canary runs
/// @param bandit present where rewards split the traffic of a canary
/// @param stopped whether the kill switch is thrown
/// @param reason in words, what this revision changed and why
public record Release(
    String model,
    long revision,
    List<TrafficTarget> targets,
    Optional<Canary> canary,
    Optional<Bandit> bandit,
    boolean stopped,
    Instant updateTime,
    String updatedBy,
    String reason) {

  private static final NamePattern NAMES = NamePattern.of("releases/{model}");

  public Release {
    targets = List.copyOf(targets);
  }

  public static String nameOf(String model) {
    return NAMES.format(model);
  }

  /// The model in a release's name.
  static String modelOf(String field, String name) {
    return NAMES.parse(field, name).getFirst();
  }

  public String name() {
    return nameOf(model);
  }

  public Optional<ModelVersion> playing(Variant variant) {
    return targets.stream()
        .filter(target -> target.variant() == variant)
        .map(TrafficTarget::version)
        .findFirst();
  }

  boolean plays(VersionName version, Variant variant) {
    return playing(variant).filter(found -> found.name().equals(version)).isPresent();
  }
}
