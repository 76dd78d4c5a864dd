package io.penstock.registry.profile;

/// A column of a profile.
///
/// @param missing values that are not part of the distribution
public record ProfiledColumn(String name, Distribution distribution, long missing) {

  public double missingShare() {
    long rows = missing + distribution.values();
    return rows == 0 ? 0 : (double) missing / rows;
  }
}
