package io.penstock.demo.training;

import io.penstock.demo.flights.Flight;
import io.penstock.demo.flights.FlightFeatures;
import java.util.List;

/// Rows of a model's input with their labels. Values are floats because that is what the model will
/// be asked with: a tree grown on doubles would split between two values that are one float.
///
/// @param values row after row
/// @param labels 1 for late
public record TrainingTable(List<String> columns, float[] values, float[] labels) {

  public TrainingTable {
    columns = List.copyOf(columns);
    if (values.length != labels.length * columns.size()) {
      throw new IllegalArgumentException(
          "values: %d (expected: %d rows of %d columns)"
              .formatted(values.length, labels.length, columns.size()));
    }
  }

  /// @param columns some of [FlightFeatures#COLUMNS]
  public static TrainingTable of(
      FlightFeatures features, List<Flight> flights, List<String> columns) {
    int[] picked = columns.stream().mapToInt(FlightFeatures.COLUMNS::indexOf).toArray();
    float[] values = new float[flights.size() * picked.length];
    float[] labels = new float[flights.size()];
    int next = 0;
    for (int row = 0; row < labels.length; row++) {
      double[] all = features.row(flights.get(row));
      for (int column : picked) {
        values[next++] = (float) all[column];
      }
      labels[row] = flights.get(row).late() ? 1 : 0;
    }
    return new TrainingTable(columns, values, labels);
  }

  public int rows() {
    return labels.length;
  }

  public double[] column(int column) {
    double[] result = new double[rows()];
    for (int row = 0; row < result.length; row++) {
      result[row] = values[row * columns.size() + column];
    }
    return result;
  }
}
