package io.penstock.monitoring.version;

/// One column of the training data: what its bins are and how many values each held.
public sealed interface BaselineColumn permits NumericColumn, CategoricalColumn {

  String name();

  /// Values of the training data, bin by bin.
  long[] counts();

  /// True where neighbouring bins hold neighbouring values.
  boolean isOrdered();

  /// How many bins there are.
  int bins();

  /// Values that were missing in the training data.
  long missing();

  /// NaN for categories.
  double mean();

  /// The bin of a number; -1 where it counts as missing.
  int bin(double value);

  /// The bin of a category; -1 where it counts as missing.
  int bin(String value);

  /// How far out a value lies, for choosing exemplars: 0 is the middle.
  double distance(double value, int bin);
}
