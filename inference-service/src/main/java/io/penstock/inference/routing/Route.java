package io.penstock.inference.routing;

import io.penstock.inference.serving.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The split of one model's traffic, as one revision of its release wants it. All its versions are
/// loaded.
///
/// @param revision of the registry's releases
public record Route(String model, long revision, List<Target> targets) {

  public Route {
    targets = List.copyOf(targets);
  }

  /// The targets to try for a key, the split's choice first, then what may stand in for it. The
  /// canary's stand-in is the primary, the primary's the previous version.
  List<Target> choose(SplitKey key) {
    var chain = new ArrayList<Target>();
    of(Variant.CANARY)
        .filter(canary -> key.fallsInto(canary.percent(), "canary/" + model))
        .ifPresent(chain::add);
    of(Variant.PRIMARY)
        .map(primary -> chain.isEmpty() ? primary : primary.as(Variant.FALLBACK))
        .ifPresent(chain::add);
    of(Variant.FALLBACK).ifPresent(chain::add);
    return chain;
  }

  /// The shadows that get a copy of a request with this key.
  List<Target> shadows(SplitKey key) {
    return targets.stream()
        .filter(target -> target.variant() == Variant.SHADOW)
        .filter(target -> key.fallsInto(target.percent(), "shadow/" + target.version().name()))
        .toList();
  }

  public Optional<Target> of(Variant variant) {
    return targets.stream().filter(target -> target.variant() == variant).findFirst();
  }

  /// The target with this version number.
  public Optional<Target> version(String number) {
    return targets.stream()
        .filter(target -> target.version().name().version().equals(number))
        .findFirst();
  }
}
