package io.penstock.monitoring.version;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/// A column of categories: one bin for each that training saw, in their own order, and a last one
/// for all others.
final class CategoricalColumn implements BaselineColumn {

  private static final double LARGEST_WHOLE = 1L << 53;

  private final String name;
  private final Map<String, Integer> bins = new HashMap<>();
  private final long[] counts;
  private final long missing;
  private final double total;

  CategoricalColumn(String name, SortedMap<String, Long> categories, long other, long missing) {
    this.name = name;
    this.counts = new long[categories.size() + 1];
    this.missing = missing;
    double sum = other;
    for (var category : categories.entrySet()) {
      counts[bins.size()] = category.getValue();
      bins.put(category.getKey(), bins.size());
      sum += category.getValue();
    }
    counts[bins.size()] = other;
    this.total = sum;
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
    return false;
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
    return Double.NaN;
  }

  /// Numbers stand for the category that is written like them: 3.0 for `3`.
  @Override
  public int bin(double value) {
    if (Double.isNaN(value)) {
      return NumericColumn.MISSING;
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE;
    return bin(whole ? Long.toString((long) value) : Double.toString(value));
  }

  @Override
  public int bin(String value) {
    return value.isEmpty() ? NumericColumn.MISSING : bins.getOrDefault(value, bins.size());
  }

  @Override
  public double distance(double value, int bin) {
    return -Math.log((counts[bin] + 1) / (total + counts.length));
  }
}
