package io.penstock.registry.statistics;

/// A range that holds what was to be estimated in the given share of all repetitions.
public record Interval(double lower, double upper) {

  public boolean overlaps(Interval other) {
    return lower <= other.upper && other.lower <= upper;
  }
}
