package io.penstock.demo.story;

import io.penstock.demo.flights.FlightFeatures;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import java.util.List;

/// The versions of the two feature views that this run uses.
public record Views(FeatureView origins, FeatureView routes) {

  /// Where each column of a model's input comes from: a view that has it, or the request.
  FeatureBinding binding(String input, List<String> columns) {
    return FeatureBinding.newBuilder()
        .setInput(input)
        .addAllColumns(columns.stream().map(this::column).toList())
        .build();
  }

  private FeatureColumn column(String name) {
    FeatureColumn.Builder column = FeatureColumn.newBuilder().setName(name);
    if (FlightFeatures.ORIGIN_COLUMNS.contains(name)) {
      column.setFeature(feature(origins, name, FlightDelay.ORIGIN));
    } else if (FlightFeatures.ROUTE_COLUMNS.contains(name)) {
      column.setFeature(feature(routes, name, FlightDelay.ROUTE));
    }
    return column.build();
  }

  private static FeatureReference feature(FeatureView view, String name, String entity) {
    return FeatureReference.newBuilder()
        .setFeatureView(view.getName())
        .setFeature(name)
        .setEntityInput(entity)
        .build();
  }
}
