package io.penstock.registry.search.run;

import io.penstock.registry.search.run.Leads.Lead;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How a search gets to the rows of its page.
///
/// @param leads those whose ids are read from their index, the smallest first; all other conditions
///   are looked up row by row
record Route(List<Lead> leads, Way way) {

  enum Way {
    /// All that the leads have in common is read, and sorted.
    COLLECT,
    /// Rows are read in the order of the result where an index has it, until the page is full; or
    /// else all of them.
    WALK,
    /// Values of the metric that the result is sorted by are read in their order, until the page is
    /// full. It may end before: rows without such a value come last.
    CLIMB
  }

  /// Where a search takes place.
  ///
  /// @param rows how many there are about
  /// @param wanted how many fill the page
  /// @param ordered whether an index has the rows in the order of the result
  /// @param values how many there are, of any rows, of the metric that the result is sorted by; 0
  ///   where it is sorted by something else
  /// @param others how many conditions lead nowhere
  record Terrain(double rows, long wanted, boolean ordered, long values, int others) {

    /// The same for those who cannot climb.
    Terrain flat() {
      return new Terrain(rows, wanted, ordered, 0, others);
    }
  }

  /// Chooses a route, knowing the leads, the smallest first.
  @FunctionalInterface
  interface Choice {
    Route of(List<Lead> leads, Terrain terrain);
  }

  // Microseconds of the database's processor, measured over 1,000,000 runs; only their ratio
  // decides: reading an entry of an index in its order and hashing it or looking for it among
  // hashed ones, and looking up one thing of a row by the row's id.
  private static final double READ = 0.12;
  private static final double LOOK_UP = 3.5;

  // Conditions may exclude each other, or be met by the oldest runs only: then a walk fills its
  // page late or never. So much of what that would cost is part of what a walk costs.
  private static final double RISK = 0.02;

  /// The cheapest, taking the conditions for independent of each other.
  static Route cheapest(List<Lead> leads, Terrain terrain) {
    return IntStream.rangeClosed(0, leads.size())
        .mapToObj(i -> leads.subList(0, i))
        .flatMap(first -> ways(first, terrain).map(way -> new Route(first, way)))
        .min(Comparator.comparingDouble(route -> route.cost(leads, terrain)))
        .orElseThrow();
  }

  private static Stream<Way> ways(List<Lead> leads, Terrain terrain) {
    return Stream.of(Way.values())
        .filter(way -> way != Way.COLLECT || !leads.isEmpty())
        .filter(way -> way != Way.CLIMB || terrain.values() > 0);
  }

  private double cost(List<Lead> all, Terrain terrain) {
    double read = READ * leads.stream().mapToLong(Lead::rows).sum();
    var others = all.subList(leads.size(), all.size());
    double found = terrain.rows() * share(all, terrain);
    return read
        + switch (way) {
          case COLLECT -> {
            double common = terrain.rows() * share(leads, terrain);
            yield lookUps(common, others, terrain)
                + LOOK_UP * found * (terrain.values() > 0 ? 2 : 1);
          }
          case WALK -> {
            double steps = Math.min(terrain.rows(), terrain.wanted() / share(all, terrain));
            double atWorst = atWorst(all, terrain.rows(), terrain);
            yield risky(steps, atWorst, it -> walked(it, others, terrain));
          }
          case CLIMB -> {
            double steps = Math.min(terrain.values(), terrain.wanted() * terrain.values() / found);
            double atWorst = atWorst(all, terrain.values(), terrain);
            yield risky(steps, atWorst, it -> climbed(it, others, terrain));
          }
        };
  }

  /// How many steps the page may take: no more are in vain than there are rows that fail one of the
  /// conditions.
  private static double atWorst(List<Lead> all, double most, Terrain terrain) {
    if (terrain.others() > 0) {
      return most;
    }
    double inVain =
        all.stream().mapToDouble(lead -> terrain.rows() * (1 - share(lead, terrain))).sum();
    return Math.min(most, inVain + terrain.wanted());
  }

  private static double risky(double steps, double atWorst, DoubleUnaryOperator cost) {
    return (1 - RISK) * cost.applyAsDouble(steps) + RISK * cost.applyAsDouble(atWorst);
  }

  private double climbed(double steps, List<Lead> others, Terrain terrain) {
    double passing = steps * share(leads, terrain);
    return READ * steps + LOOK_UP * passing + lookUps(passing, others, terrain);
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
