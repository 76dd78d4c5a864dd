package io.penstock.monitoring.prediction;

import java.util.List;

/// One named column of a request or an answer, one value a row.
///
/// @param numbers NaN where missing; empty where the column holds categories
record ColumnValues(String name, double[] numbers, List<String> categories) {

  boolean isNumeric() {
    return categories.isEmpty();
  }
}
