package io.penstock.registry.dataset;

/// A column of a profile.
///
/// @param missing values that are not part of the distribution
record ProfiledColumn(String name, Distribution distribution, long missing) {

  double missingShare() {
    long rows = missing + distribution.values();
    return rows == 0 ? 0 : (double) missing / rows;
  }
}
