package io.penstock.inference.release;

import io.penstock.inference.release.WantedRelease.WantedTarget;
import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides which route a release becomes when some of its versions could not be loaded. Without its
/// canary or shadow a release serves on with the rest; without its primary, what served before goes
/// on, or else the fallback steps in.
final class RoutePlan {

  private RoutePlan() {}

  /// The route to put into force; empty where nothing can be served.
  ///
  /// @param loaded the versions that could be loaded, by name
  /// @param current the route in force
  static Optional<Route> of(
      WantedRelease release, Map<VersionName, ServedVersion> loaded, @Nullable Route current) {
    var targets =
        release.targets().stream().flatMap(target -> target(target, loaded).stream()).toList();
    if (has(targets, Variant.PRIMARY)) {
      return Optional.of(new Route(release.model(), release.revision(), targets));
    }
    if (current != null) {
      return Optional.of(
          new Route(release.model(), current.revision(), stillWanted(current, release)));
    }
    return has(targets, Variant.FALLBACK)
        ? Optional.of(new Route(release.model(), release.revision(), targets))
        : Optional.empty();
  }

  private static Optional<Target> target(
      WantedTarget target, Map<VersionName, ServedVersion> loaded) {
    return Optional.ofNullable(loaded.get(target.version().name()))
        .map(version -> new Target(version, target.variant(), target.percent()));
  }

  // A canary that the registry took out must not serve on because its successor is broken.
  private static List<Target> stillWanted(Route current, WantedRelease release) {
    var wanted =
        release.targets().stream()
            .map(target -> target.version().name())
            .collect(Collectors.toSet());
    return current.targets().stream()
        .filter(
            target ->
                target.variant() == Variant.PRIMARY || wanted.contains(target.version().name()))
        .toList();
  }

  private static boolean has(List<Target> targets, Variant variant) {
    return targets.stream().anyMatch(t -> t.variant() == variant);
  }
}
