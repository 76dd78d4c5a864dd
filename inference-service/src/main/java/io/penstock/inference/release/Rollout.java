package io.penstock.inference.release;

import io.penstock.inference.operation.Intervention;
import io.penstock.inference.operation.Interventions;
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
  private final Interventions interventions;
  private final LogContext context;

  Rollout(
      VersionLoader loader,
      Routes routes,
      ServedVersions versions,
      ReleaseArchive archive,
      VersionStates states,
      Interventions interventions,
      ServiceName service) {
    this.loader = loader;
    this.routes = routes;
    this.versions = versions;
    this.archive = archive;
    this.states = states;
    this.interventions = interventions;
    this.context = LogContext.ofService(service);
  }

  /// Applies a release as far as it can be.
  ///
  /// @param afresh whether versions that are in force are loaded again
  /// @return whether all of it could be; otherwise it should be tried again later
  boolean apply(WantedRelease release, boolean afresh) {
    var current = routes.find(release.model()).orElse(null);
    var loaded = new HashMap<VersionName, ServedVersion>();
    var resolved = new ArrayList<WantedTarget>();
    for (var target : release.targets()) {
      load(target.version(), afresh ? null : current)
          .ifPresent(
              version -> {
                loaded.put(target.version().name(), version.served());
                resolved.add(
                    new WantedTarget(version.source(), target.variant(), target.percent()));
              });
    }
    boolean swapped = swap(release, loaded, current);
    boolean whole = swapped && resolved.size() == release.targets().size();
    if (whole && release.isFromRegistry()) {
      archive.store(
          new WantedRelease(release.model(), release.revision(), resolved, release.stopped()));
    }
    return whole;
  }

  /// Takes a model out of service that an operator unloaded, at once and on whatever thread. Its
  /// requests that are under way are answered.
  synchronized void withdraw(Intervention unload) {
    var route = routes.withdraw(unload.model(), unload.principal());
    if (route != null) {
      log.warn("{} is {}", unload.model(), unload.reason());
      versionsOf(route).stream().distinct().forEach(this::retire);
    }
  }

  /// Takes a model out of service that is wanted no more.
  synchronized void remove(String model) {
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
      var meant = asConfigured(source);
      var served = inForce(meant, current);
      if (served == null) {
        states.loading(version.name());
        served = loader.load(meant);
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

  // What the archive keeps is the release's own; an operator's configuration is kept elsewhere.
  private WantedVersion asConfigured(WantedVersion version) {
    return version.withConfig(interventions.configured(version.name().model(), version.config()));
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

  // While the versions were loading, an operator may have unloaded the model: then what was in
  // force
  // is on its way out, and what was loaded follows it.
  private synchronized boolean swap(
      WantedRelease release, Map<VersionName, ServedVersion> loaded, @Nullable Route current) {
    if (interventions.unload(release.model()).isPresent()
        || routes.find(release.model()).orElse(null) != current) {
      var leaving = current == null ? List.<ServedVersion>of() : versionsOf(current);
      loaded.values().stream().filter(version -> !leaving.contains(version)).forEach(this::retire);
      return false;
    }
    var next = RoutePlan.of(release, loaded, current);
    next.filter(route -> !route.equals(current)).ifPresent(this::put);
    var kept = next.map(Rollout::versionsOf).orElse(List.of());
    var known = new ArrayList<>(loaded.values());
    if (current != null) {
      known.addAll(versionsOf(current));
    }
    known.stream().distinct().filter(version -> !kept.contains(version)).forEach(this::retire);
    return true;
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
