package io.penstock.registry.search;

import io.penstock.registry.search.Leads.Lead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How a search gets to the rows of its page.
///
/// @param leads those whose ids are read from their index, the smallest first; all other conditions
///   are looked up row by row
/// @param walk whether rows are read in the order of the result until the page is full; or else all
///   that the leads have in common are read, and sorted
record Route(List<Lead> leads, boolean walk) {

  /// Where a search takes place.
  ///
  /// @param rows how many there are about
  /// @param wanted how many fill the page
  /// @param ordered whether an index has the rows in the order of the result
  /// @param others how many conditions lead nowhere
  record Terrain(double rows, long wanted, boolean ordered, int others) {}

  /// Chooses a route, knowing the leads, the smallest first.
  @FunctionalInterface
  interface Choice {
    Route of(List<Lead> leads, Terrain terrain);
  }

  // Estimated, in microseconds, and only their ratio decides: reading an entry of an index in its
  // order and hashing it or looking for it among hashed ones, and looking up one thing of a row by
  // the row's id.
  private static final double READ = 0.15;
  private static final double LOOK_UP = 3;

  // Conditions may exclude each other: then a walk never fills its page. So much of what that would
  // cost is part of what a walk costs.
  private static final double RISK = 0.02;

  /// The cheapest, taking the conditions for independent of each other.
  static Route cheapest(List<Lead> leads, Terrain terrain) {
    var routes = new ArrayList<Route>();
    routes.add(new Route(List.of(), true));
    for (int i = 1; i <= leads.size(); i++) {
      routes.add(new Route(leads.subList(0, i), true));
      routes.add(new Route(leads.subList(0, i), false));
    }
    return routes.stream()
        .min(Comparator.comparingDouble(route -> route.cost(leads, terrain)))
        .orElseThrow();
  }

  private double cost(List<Lead> all, Terrain terrain) {
    double read = READ * leads.stream().mapToLong(Lead::rows).sum();
    var others = all.subList(leads.size(), all.size());
    if (!walk) {
      double found = terrain.rows() * share(leads, terrain);
      return read + lookUps(found, others, terrain) + LOOK_UP * found * share(others, terrain);
    }
    double steps = Math.min(terrain.rows(), terrain.wanted() / share(all, terrain));
    return read
        + (1 - RISK) * walked(steps, others, terrain)
        + RISK * walked(terrain.rows(), others, terrain);
  }

  private double walked(double steps, List<Lead> others, Terrain terrain) {
    return terrain.ordered()
        ? READ * steps + lookUps(steps * share(leads, terrain), others, terrain)
        : LOOK_UP * terrain.rows()
            + lookUps(terrain.rows() * share(leads, terrain), others, terrain);
  }

  private static double lookUps(double rows, List<Lead> others, Terrain terrain) {
    double cost = 0;
    for (var lead : others) {
      cost += LOOK_UP * rows;
      rows *= share(lead, terrain);
    }
    return cost + LOOK_UP * rows * terrain.others();
  }

  private static double share(List<Lead> leads, Terrain terrain) {
    return leads.stream().mapToDouble(lead -> share(lead, terrain)).reduce(1, (a, b) -> a * b);
  }

  private static double share(Lead lead, Terrain terrain) {
    return Math.clamp(lead.rows() / terrain.rows(), 1e-9, 1);
  }
}
