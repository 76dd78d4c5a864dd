package io.penstock.feature.view;

/// The type of a feature's values.
public enum ValueType {
  DOUBLE,
  INT64,
  BOOL,
  STRING;

  /// True for types whose values have an order that bounds can speak of.
  public boolean isNumeric() {
    return this == DOUBLE || this == INT64;
  }
}
