package io.penstock.inference.release;

import io.penstock.inference.release.WantedRelease.WantedTarget;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Routes;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.ServedVersions;
import io.penstock.inference.serving.VersionName;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.telemetry.LogContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one release into force: loads what it adds, swaps the route, and lets go of what it no
/// longer names once the last request on it has its answer.
@Singleton
final class Rollout {

  private static final Logger log = LoggerFactory.getLogger(Rollout.class);
  private static final Executor CLOSER =
      closing -> Thread.ofPlatform().daemon().name("version closer").start(closing);

  private final VersionLoader loader;
  private final Routes routes;
  private final ServedVersions versions;
  private final ReleaseArchive archive;
  private final VersionStates states;
  private final LogContext context;

  Rollout(
      VersionLoader loader,
      Routes routes,
      ServedVersions versions,
      ReleaseArchive archive,
      VersionStates states,
      ServiceName service) {
    this.loader = loader;
    this.routes = routes;
    this.versions = versions;
    this.archive = archive;
    this.states = states;
    this.context = LogContext.ofService(service);
  }

  /// Applies a release as far as it can be.
  ///
  /// @return whether all of it could be; otherwise it should be tried again later
  boolean apply(WantedRelease release) {
    var current = routes.find(release.model()).orElse(null);
    var loaded = new HashMap<VersionName, ServedVersion>();
    var resolved = new ArrayList<WantedTarget>();
    for (var target : release.targets()) {
      load(target.version(), current)
          .ifPresent(
              version -> {
                loaded.put(target.version().name(), version.served());
                resolved.add(
                    new WantedTarget(version.source(), target.variant(), target.percent()));
              });
    }
    swap(release, loaded, current);
    boolean whole = resolved.size() == release.targets().size();
    if (whole && release.isFromRegistry()) {
      archive.store(new WantedRelease(release.model(), release.revision(), resolved));
    }
    return whole;
  }

  /// Takes a model out of service.
  void remove(String model) {
    var route = routes.remove(model);
    archive.remove(model);
    if (route != null) {
      log.info("{} has no release any more", model);
      route.targets().stream().map(Target::version).distinct().forEach(this::retire);
    }
  }

  private record Loaded(WantedVersion source, ServedVersion served) {}

  private Optional<Loaded> load(WantedVersion version, @Nullable Route current) {
    try {
      var source = loader.resolve(version);
      var served = inForce(version, current);
      if (served == null) {
        states.loading(version.name());
        served = loader.load(source);
        log.info("{} is loaded and warm", version.name());
      }
      states.loaded(version.name());
      return Optional.of(new Loaded(source, served));
    } catch (LoadFailed e) {
      if (states.failed(version.name(), String.valueOf(e.getMessage()))) {
        log.error("{} cannot be served: {}", version.name(), e.getMessage());
      }
      return Optional.empty();
    }
  }

  private static @Nullable ServedVersion inForce(WantedVersion version, @Nullable Route current) {
    return current == null
        ? null
        : versionsOf(current).stream()
            .filter(served -> served.name().equals(version.name()))
            .filter(served -> served.artifact().equals(version.artifact()))
            .filter(served -> served.config().equals(version.config()))
            .findFirst()
            .orElse(null);
  }

  private void swap(
      WantedRelease release, Map<VersionName, ServedVersion> loaded, @Nullable Route current) {
    var next = RoutePlan.of(release, loaded, current);
    next.filter(route -> !route.equals(current)).ifPresent(this::put);
    var kept = next.map(Rollout::versionsOf).orElse(List.of());
    var known = new ArrayList<>(loaded.values());
    if (current != null) {
      known.addAll(versionsOf(current));
    }
    known.stream().distinct().filter(version -> !kept.contains(version)).forEach(this::retire);
  }

  private void put(Route route) {
    routes.put(route);
    log.info(
        "{} serves revision {}: {}",
        route.model(),
        route.revision(),
        route.targets().stream()
            .map(t -> "%s %s %d %%".formatted(t.version().name(), t.variant().label(), t.percent()))
            .collect(Collectors.joining(", ")));
  }

  private static List<ServedVersion> versionsOf(Route route) {
    return route.targets().stream().map(Target::version).toList();
  }

  // The last request may end on a thread of the very lane that is to be closed, so another one
  // closes it.
  private void retire(ServedVersion version) {
    var name = version.name();
    states.draining(name);
    var unused = version.retire().thenRunAsync(() -> context.run(() -> close(version)), CLOSER);
    unused.exceptionally(
        e -> {
          log.error("could not close {}", name, e);
          return null;
        });
  }

  private void close(ServedVersion version) {
    versions.close(version);
    states.drained(version.name());
    log.info("{} is drained and closed", version.name());
  }
}
