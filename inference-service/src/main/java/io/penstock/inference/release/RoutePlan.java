package io.penstock.inference.release;

import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.TrafficTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides which route a release becomes when some of its versions could not be loaded. Without its canary or shadow a release
/// serves on with the rest; without its primary, what served before goes on, or else the fallback steps in.
final class RoutePlan {

  private RoutePlan() {}

  /// The route to put into force; empty where nothing can be served.
  ///
  /// @param loaded the versions that could be loaded, by name
  /// @param current the route in force
  static Optional<Route> of(
      String model, Release release, Map<String, ServedVersion> loaded, @Nullable Route current) {
    var targets =
        release.getTargetsList().stream()
            .flatMap(target -> target(target, loaded).stream())
            .toList();
    if (has(targets, Variant.VARIANT_PRIMARY)) {
      return Optional.of(new Route(model, release.getRevision(), targets));
    }
    if (current != null) {
      return Optional.of(new Route(model, current.revision(), stillWanted(current, release)));
    }
    return has(targets, Variant.VARIANT_FALLBACK)
        ? Optional.of(new Route(model, release.getRevision(), targets))
        : Optional.empty();
  }

  private static Optional<Target> target(
      TrafficTarget target, Map<String, ServedVersion> loaded) {
    return Optional.ofNullable(loaded.get(target.getVersion().getName()))
        .map(version -> new Target(version, target.getVariant(), target.getPercent()));
  }

  // A canary that the registry took out must not serve on because its successor is broken.
  private static List<Target> stillWanted(Route current, Release release) {
    var wanted =
        release.getTargetsList().stream()
            .map(target -> target.getVersion().getName())
            .collect(Collectors.toSet());
    return current.targets().stream()
        .filter(
            target ->
                target.variant() == Variant.VARIANT_PRIMARY
                    || wanted.contains(target.version().name().toString()))
        .toList();
  }

  private static boolean has(List<Target> targets, Variant variant) {
    return targets.stream().anyMatch(t -> t.variant() == variant);
  }
}
