package io.penstock.inference.routing;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.ModelNotFound;
import io.penstock.inference.InferenceFailure.ModelUnloaded;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The routes of all models. A change replaces the table as a whole, so a request sees either the
/// old or the new state of it.
@Singleton
public final class Routes {

  private volatile Map<String, Route> table = Map.of();
  // Who took a model out that would have a route.
  private final Map<String, String> withdrawn = new ConcurrentHashMap<>();

  public Optional<Route> find(String model) {
    return Optional.ofNullable(table.get(model));
  }

  public Collection<Route> all() {
    return new TreeMap<>(table).values();
  }

  /// Why there is no route to a model.
  public InferenceFailure missing(String model) {
    var principal = withdrawn.get(model);
    return principal == null ? new ModelNotFound(model) : new ModelUnloaded(model, principal);
  }

  /// Puts a route into force.
  ///
  /// @return the one that it replaces
  public synchronized @Nullable Route put(Route route) {
    var next = new TreeMap<>(table);
    var before = next.put(route.model(), route);
    table = Map.copyOf(next);
    withdrawn.remove(route.model());
    return before;
  }

  /// Takes a model out, and tells callers who did.
  ///
  /// @return the route that it had
  public synchronized @Nullable Route withdraw(String model, String principal) {
    withdrawn.put(model, principal);
    return take(model);
  }

  /// Forgets a model.
  ///
  /// @return the route that it had
  public synchronized @Nullable Route remove(String model) {
    withdrawn.remove(model);
    return take(model);
  }

  private @Nullable Route take(String model) {
    var next = new TreeMap<>(table);
    var before = next.remove(model);
    table = Map.copyOf(next);
    return before;
  }
}
