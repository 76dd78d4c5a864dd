package io.penstock.inference.serving;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The metrics of the versions that are open: one set a version, however often it is open, as it is
/// twice while it is loaded anew. The set leaves the registry with the last of them.
final class OpenMeters {

  private record Shared(VersionMeters meters, int users) {}

  private final MeterRegistry registry;
  private final Map<VersionName, Shared> open = new HashMap<>();

  OpenMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  synchronized VersionMeters open(VersionName version) {
    var meters =
        Optional.ofNullable(open.get(version))
            .map(Shared::meters)
            .orElseGet(() -> new VersionMeters(registry, version));
    open.merge(
        version, new Shared(meters, 1), (before, _) -> new Shared(meters, before.users() + 1));
    return meters;
  }

  synchronized void close(VersionName version) {
    open.computeIfPresent(
        version,
        (_, shared) -> {
          if (shared.users() > 1) {
            return new Shared(shared.meters(), shared.users() - 1);
          }
          shared.meters().close();
          return null;
        });
  }
}
