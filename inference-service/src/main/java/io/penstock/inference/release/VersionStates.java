package io.penstock.inference.release;

import io.penstock.inference.release.VersionState.Phase;
import io.penstock.inference.serving.VersionName;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The versions that come, go, or failed to come: what the serving status tells beside the routes.
@Singleton
public final class VersionStates {

  private final Map<VersionName, VersionState> states = new ConcurrentHashMap<>();
  private volatile List<VersionState> unreadable = List.of();

  /// All of them, by name.
  public List<VersionState> all() {
    return Stream.concat(states.values().stream(), unreadable.stream())
        .sorted(Comparator.comparing(state -> state.version().toString()))
        .toList();
  }

  /// Replaces what cannot even be asked for, and why: what lies in a directory and makes no sense.
  public void unreadable(Map<VersionName, String> reasons) {
    unreadable =
        reasons.entrySet().stream()
            .map(entry -> new VersionState(entry.getKey(), Phase.FAILED, entry.getValue()))
            .toList();
  }

  void loading(VersionName version) {
    // A version that failed before and is tried again stays failed until it is loaded.
    states.merge(
        version,
        new VersionState(version, Phase.LOADING, ""),
        (before, now) -> before.phase() == Phase.UNLOADED ? now : before);
  }

  /// Notes why a version cannot be served.
  ///
  /// @return whether that is news
  boolean failed(VersionName version, String reason) {
    var now = new VersionState(version, Phase.FAILED, reason);
    return !now.equals(states.put(version, now));
  }

  /// Notes that an operator took a version out; one that still drains is told so until it has.
  void unloaded(VersionName version, String reason) {
    states.merge(
        version,
        new VersionState(version, Phase.UNLOADED, reason),
        (before, now) -> before.phase() == Phase.DRAINING ? before : now);
  }

  /// Why versions of a model could not be loaded.
  List<String> failures(String model) {
    return all().stream()
        .filter(state -> state.version().model().equals(model))
        .filter(state -> state.phase() == Phase.FAILED)
        .map(state -> state.version() + ": " + state.reason())
        .toList();
  }

  void loaded(VersionName version) {
    states.remove(version);
  }

  void draining(VersionName version) {
    states.put(version, new VersionState(version, Phase.DRAINING, ""));
  }

  void drained(VersionName version) {
    states.computeIfPresent(version, (_, state) -> state.phase() == Phase.DRAINING ? null : state);
  }

  /// Forgets what was said of versions that nobody wants any more; those that drain are told until
  /// they have.
  void keepOnly(Set<VersionName> wanted) {
    states
        .values()
        .removeIf(state -> state.phase() != Phase.DRAINING && !wanted.contains(state.version()));
  }
}
