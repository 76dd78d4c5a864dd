package io.penstock.inference.routing;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.BreakerOpen;
import io.penstock.inference.InferenceFailure.ModelNotFound;
import io.penstock.inference.InferenceFailure.ModelStopped;
import io.penstock.inference.InferenceFailure.VersionNotLoaded;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.sequence.OpenSequences;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.Variant;
import io.penstock.kit.failure.FailureException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Picks the version for a request: what the request pins, or what the split says; past an open
/// breaker to its stand-in.
@Singleton
public final class Router {

  private final Routes routes;
  private final KillSwitches switches;
  private final OpenSequences sequences;

  public Router(Routes routes, KillSwitches switches, OpenSequences sequences) {
    this.routes = routes;
    this.switches = switches;
    this.sequences = sequences;
  }

  /// Selects and leases a version.
  ///
  /// @param pinned the version number that the request asks for; empty to let the split decide
  public Selection select(String model, String pinned, SplitKey key) {
    if (switches.isThrown(model)) {
      throw failure(new ModelStopped(model));
    }
    while (true) {
      var route = route(model);
      var chain = pinned.isEmpty() ? route.choose(key) : List.of(pinned(route, pinned));
      if (chain.isEmpty()) {
        throw failure(new ModelNotFound(model));
      }
      var selection = firstThatPasses(route, chain);
      if (selection.isPresent()) {
        return selection.get();
      }
      // A route that was replaced meanwhile may have named versions that are gone: look at its
      // successor.
      if (routes.find(model).filter(now -> now == route).isPresent()) {
        throw failure(resting(chain.getFirst()));
      }
    }
  }

  /// Selects and leases the version for a step of a sequence: the one that its earlier steps went
  /// to, even if that is on its way out; a sequence that begins goes where any request would.
  public Selection select(String model, String pinned, SplitKey key, Optional<SequenceStep> step) {
    return step.filter(one -> !one.start())
        .flatMap(one -> sequences.versionOf(model, one.id()))
        .filter(version -> pinned.isEmpty() || version.name().version().equals(pinned))
        .flatMap(version -> continued(model, version))
        .orElseGet(() -> select(model, pinned, key));
  }

  private Optional<Selection> continued(String model, ServedVersion version) {
    var route = route(model);
    if (switches.isThrown(model) || !version.acquireBeside()) {
      return Optional.empty();
    }
    var target = route.version(version.name().version());
    var variant = target.map(Target::variant).orElse(Variant.PRIMARY);
    if (!version.guard().tryPass()) {
      version.release();
      throw failure(resting(new Target(version, variant, 0)));
    }
    return Optional.of(new Selection(version, variant, route.revision()));
  }

  /// Selects and leases the shadows that get a copy.
  public List<Selection> shadows(String model, SplitKey key) {
    return routes.find(model).stream()
        .flatMap(route -> route.shadows(key).stream().flatMap(t -> pass(route, t).stream()))
        .toList();
  }

  /// Whether a request to the model may have copies at all.
  public boolean hasShadows(String model) {
    return routes.find(model).flatMap(route -> route.of(Variant.SHADOW)).isPresent();
  }

  private Route route(String model) {
    return routes.find(model).orElseThrow(() -> failure(routes.missing(model)));
  }

  private static Target pinned(Route route, String version) {
    return route
        .version(version)
        .orElseThrow(() -> failure(new VersionNotLoaded(route.model(), version, loaded(route))));
  }

  private static List<String> loaded(Route route) {
    return route.targets().stream().map(t -> t.version().name().version()).sorted().toList();
  }

  private static Optional<Selection> firstThatPasses(Route route, List<Target> chain) {
    return chain.stream().flatMap(target -> pass(route, target).stream()).findFirst();
  }

  private static Optional<Selection> pass(Route route, Target target) {
    var version = target.version();
    if (!version.acquire()) {
      return Optional.empty();
    }
    if (!version.guard().tryPass()) {
      version.release();
      return Optional.empty();
    }
    return Optional.of(new Selection(version, target.variant(), route.revision()));
  }

  private static InferenceFailure resting(Target target) {
    var version = target.version();
    return new BreakerOpen(version.name().toString(), version.guard().retryAfter());
  }

  private static FailureException failure(InferenceFailure failure) {
    return new FailureException(failure);
  }
}
