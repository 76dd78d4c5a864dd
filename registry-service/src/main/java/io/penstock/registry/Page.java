package io.penstock.registry;

import java.util.List;

/// One page of a listing.
///
/// @param nextToken empty on the last page
public record Page<T>(List<T> rows, String nextToken) {
  public Page {
    rows = List.copyOf(rows);
  }
}
