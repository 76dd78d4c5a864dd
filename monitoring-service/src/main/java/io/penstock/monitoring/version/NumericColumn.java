package io.penstock.monitoring.version;

import java.util.Arrays;

/// A numeric column with fixed edges: bin i holds what lies above edge i-1 and not above edge i;
/// the outer bins are open.
final class NumericColumn implements BaselineColumn {

  static final int MISSING = -1;

  private final String name;
  private final double[] cuts;
  private final long[] counts;
  private final long missing;
  private final double mean;
  private final double standardDeviation;

  NumericColumn(
      String name,
      double[] edges,
      long[] counts,
      long missing,
      double mean,
      double standardDeviation) {
    this.name = name;
    this.cuts = cuts(edges);
    this.counts = counts;
    this.missing = missing;
    this.mean = mean;
    this.standardDeviation = standardDeviation;
  }

  // Training computes in doubles, serving in floats: a value that was equal to its edge must not
  // fall into the next bin because
  // the float is a hair larger. So each cut lies half a float's ulp above its edge, but never past
  // the middle to the next edge.
  private static double[] cuts(double[] edges) {
    double[] cuts = edges.clone();
    for (int i = 0; i < edges.length; i++) {
      double slack = Math.ulp((float) Math.abs(edges[i])) / 2.0;
      double gap = i + 1 < edges.length ? (edges[i + 1] - edges[i]) / 2 : Double.POSITIVE_INFINITY;
      cuts[i] = edges[i] + Math.min(slack, gap);
    }
    return cuts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long[] counts() {
    return counts.clone();
  }

  @Override
  public boolean isOrdered() {
    return true;
  }

  @Override
  public int bins() {
    return counts.length;
  }

  @Override
  public long missing() {
    return missing;
  }

  @Override
  public double mean() {
    return mean;
  }

  @Override
  public int bin(double value) {
    if (Double.isNaN(value)) {
      return MISSING;
    }
    int found = Arrays.binarySearch(cuts, value);
    return found >= 0 ? found : -found - 1;
  }

  @Override
  public int bin(String value) {
    try {
      return bin(Double.parseDouble(value));
    } catch (NumberFormatException notANumber) {
      return MISSING;
    }
  }

  @Override
  public double distance(double value, int bin) {
    double away = Math.abs(value - mean);
    return standardDeviation > 0 ? away / standardDeviation : away;
  }
}
