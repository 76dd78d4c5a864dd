package io.penstock.registry.statistics;

/// A range that holds what was to be estimated in the given share of all repetitions.
public record Interval(double lower, double upper) {

  boolean isFinite() {
    return Double.isFinite(lower) && Double.isFinite(upper);
  }

  public boolean overlaps(Interval other) {
    return lower <= other.upper && other.lower <= upper;
  }
}
