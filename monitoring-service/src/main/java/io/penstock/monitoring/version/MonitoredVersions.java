package io.penstock.monitoring.version;

import io.penstock.kit.failure.FailureException;
import io.penstock.monitoring.MonitoringFailure.UnknownVersion;
import io.penstock.monitoring.version.VersionRepository.StoredVersion;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Every version that is monitored. A version and its baseline never change, so what is known once
/// is known for good; the registry is asked once a version, and its being away holds up only
/// versions that nobody has seen before.
@Singleton
public final class MonitoredVersions {

  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  private record Unregistered(MonitoredVersion version, Instant askedAt) {}

  private final VersionRepository repository;
  private final RegistryGrpcClient registry;
  private final Clock clock;
  private final Map<VersionName, MonitoredVersion> known = new ConcurrentHashMap<>();
  private final Map<VersionName, Unregistered> unregistered = new ConcurrentHashMap<>();

  MonitoredVersions(VersionRepository repository, RegistryGrpcClient registry, Clock clock) {
    this.repository = repository;
    this.registry = registry;
    this.clock = clock;
  }

  /// The version that traffic came for. One that the registry does not know has no baseline, and is
  /// asked for again a minute later.
  public MonitoredVersion observed(VersionName name) {
    var version = known.get(name);
    return version != null ? version : learned(name).orElseGet(() -> unregistered(name));
  }

  /// The version that somebody asks about.
  public MonitoredVersion required(VersionName name) {
    var version = known.get(name);
    return version != null ? version : learned(name).orElseGet(() -> observedOnly(name));
  }

  /// Takes over what the registry says of its own accord, so that it need not be asked when traffic
  /// comes.
  public void announced(VersionName name, RegisteredVersion registered) {
    if (!known.containsKey(name)) {
      remember(repository.save(name, registered), name, registered);
    }
  }

  /// The version with this id in our tables.
  public MonitoredVersion byId(int id) {
    return observed(repository.name(id));
  }

  private Optional<MonitoredVersion> learned(VersionName name) {
    Optional<StoredVersion> stored = repository.find(name);
    if (stored.isPresent() && stored.get().registered() != null) {
      return Optional.of(remember(stored.get().id(), name, stored.get().registered()));
    }
    return isAskedRecently(name)
        ? Optional.empty()
        : registry.find(name).map(found -> remember(repository.save(name, found), name, found));
  }

  private MonitoredVersion remember(int id, VersionName name, RegisteredVersion registered) {
    var version = new MonitoredVersion(id, name, registered.baseline());
    known.put(name, version);
    unregistered.remove(name);
    return version;
  }

  private boolean isAskedRecently(VersionName name) {
    var entry = unregistered.get(name);
    return entry != null && clock.instant().isBefore(entry.askedAt().plus(ASK_AGAIN));
  }

  private MonitoredVersion unregistered(VersionName name) {
    var entry = unregistered.get(name);
    if (entry != null && isAskedRecently(name)) {
      return entry.version();
    }
    var version =
        new MonitoredVersion(
            repository.save(name, null), name, RegisteredVersion.WITHOUT_BASELINE.baseline());
    unregistered.put(name, new Unregistered(version, clock.instant()));
    return version;
  }

  private MonitoredVersion observedOnly(VersionName name) {
    return repository
        .find(name)
        .map(_ -> unregistered(name))
        .orElseThrow(() -> new FailureException(new UnknownVersion(name.toString())));
  }
}
