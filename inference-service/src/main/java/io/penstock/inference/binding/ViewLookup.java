package io.penstock.inference.binding;

import io.penstock.inference.binding.BoundColumn.LookedUp;
import java.util.List;

/// The features wanted of one view for one kind of key.
///
/// @param columns where each feature goes in the bound input
record ViewLookup(String view, String entityInput, List<String> features, List<Integer> columns) {

  ViewLookup {
    features = List.copyOf(features);
    columns = List.copyOf(columns);
  }

  /// @param source the view and the entity input
  static ViewLookup of(List<String> source, List<Integer> indices, List<BoundColumn> columns) {
    var features =
        indices.stream()
            .map(columns::get)
            .map(LookedUp.class::cast)
            .map(LookedUp::feature)
            .toList();
    return new ViewLookup(source.getFirst(), source.getLast(), features, indices);
  }
}
