package io.penstock.inference.binding;

import java.util.List;

/// The features wanted of one view for one kind of key.
///
/// @param columns where each feature goes in the bound input
record ViewLookup(String view, String entityInput, List<String> features, List<Integer> columns) {
  ViewLookup {
    features = List.copyOf(features);
    columns = List.copyOf(columns);
  }
}
