package io.penstock.inference.release;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.registry.v1.TrafficTarget;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The versions that come, go, or failed to come: what the serving status tells beside the routes.
@Singleton
public final class VersionStates {

  private final Map<String, VersionState> states = new ConcurrentHashMap<>();

  /// All of them, by name.
  public List<VersionState> all() {
    return states.values().stream()
        .sorted(Comparator.comparing(VersionState::version))
        .toList();
  }

  /// Notes where a target stands.
  ///
  /// @return whether that is news
  boolean put(TrafficTarget target, LoadState state, String reason) {
    var now =
        new VersionState(
            target.getVersion().getName(),
            target.getVariant(),
            target.getPercent(),
            state,
            reason);
    return !now.equals(states.put(now.version(), now));
  }

  /// Forgets what was said of versions that nobody wants any more; those that drain are told until they have.
  void keepOnly(Set<String> wanted) {
    states
        .values()
        .removeIf(
            state ->
                state.state() != LoadState.LOAD_STATE_DRAINING
                    && !wanted.contains(state.version()));
  }

  void clear(String version) {
    states.remove(version);
  }

  void draining(String version) {
    states.put(
        version,
        new VersionState(
            version, Variant.VARIANT_UNSPECIFIED, 0, LoadState.LOAD_STATE_DRAINING, ""));
  }

  void drained(String version) {
    states.computeIfPresent(
        version, (_, state) -> state.state() == LoadState.LOAD_STATE_DRAINING ? null : state);
  }
}
