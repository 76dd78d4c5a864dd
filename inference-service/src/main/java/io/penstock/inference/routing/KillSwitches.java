package io.penstock.inference.routing;

import jakarta.inject.Singleton;
import java.util.Set;

/// The models whose releases are stopped. Beside the routes and not in them, because a route waits
/// for its versions to load, and a stop waits for nothing.
@Singleton
public final class KillSwitches {

  private volatile Set<String> thrown = Set.of();

  /// Takes over which models are stopped now; the others are not.
  public void follow(Set<String> models) {
    thrown = Set.copyOf(models);
  }

  public boolean isThrown(String model) {
    return thrown.contains(model);
  }
}
