package io.penstock.inference.routing;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The routes of all models. A change replaces the table as a whole, so a request sees either the
/// old or the new state of it.
@Singleton
public final class Routes {

  private volatile Map<String, Route> table = Map.of();

  public Optional<Route> find(String model) {
    return Optional.ofNullable(table.get(model));
  }

  public Collection<Route> all() {
    return new TreeMap<>(table).values();
  }

  /// Puts a route into force.
  ///
  /// @return the one that it replaces
  public synchronized @Nullable Route put(Route route) {
    var next = new TreeMap<>(table);
    var before = next.put(route.model(), route);
    table = Map.copyOf(next);
    return before;
  }

  public synchronized @Nullable Route remove(String model) {
    var next = new TreeMap<>(table);
    var before = next.remove(model);
    table = Map.copyOf(next);
    return before;
  }
}
