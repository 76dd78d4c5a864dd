package io.penstock.inference.protocol;

import io.penstock.inference.InferenceFailure.VersionNotLoaded;
import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Routes;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.Variant;
import io.penstock.kit.failure.FailureException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The models in force, as the protocol names them. Asked without a version, a model answers for
/// its primary.
@Singleton
final class ModelCatalog {

  private final Routes routes;

  ModelCatalog(Routes routes) {
    this.routes = routes;
  }

  boolean isReady(String model, String version) {
    return routes
        .find(model)
        .flatMap(route -> pick(route, version))
        .filter(target -> target.version().engine().missing().isEmpty())
        .isPresent();
  }

  ServedVersion get(String model, String version) {
    return pick(route(model), version)
        .map(Target::version)
        .orElseThrow(
            () -> new FailureException(new VersionNotLoaded(model, version, versions(model))));
  }

  /// The versions that a filter of the protocol names: an empty name stands for every model, an
  /// empty version for every version.
  List<ServedVersion> list(String model, String version) {
    if (model.isEmpty()) {
      return routes.all().stream().flatMap(ModelCatalog::versions).toList();
    }
    return version.isEmpty() ? versions(route(model)).toList() : List.of(get(model, version));
  }

  /// The loaded versions of a model.
  List<String> versions(String model) {
    return versions(route(model)).map(version -> version.name().version()).toList();
  }

  private Route route(String model) {
    return routes.find(model).orElseThrow(() -> new FailureException(routes.missing(model)));
  }

  private static Stream<ServedVersion> versions(Route route) {
    return route.targets().stream().map(Target::version).distinct();
  }

  private static Optional<Target> pick(Route route, String version) {
    return version.isEmpty()
        ? route.of(Variant.PRIMARY).or(() -> route.of(Variant.FALLBACK))
        : route.version(version);
  }
}
