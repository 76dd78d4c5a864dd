package io.penstock.demo.training;

import io.penstock.demo.flights.FlightFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How to grow the trees of one model.
///
/// @param rising columns that the prediction may only rise with; what an airport or a route did
///   lately says more about the months to come when the trees may not read noise into it
public record Recipe(
    String name,
    List<String> columns,
    int trees,
    int leaves,
    double learningRate,
    int minRowsInLeaf,
    List<String> rising) {

  private static final long SEED = 2001;

  /// The hour, the day of the week and the distance: what anybody would start with.
  public static final Recipe BASELINE =
      new Recipe("baseline", FlightFeatures.REQUEST_COLUMNS, 10, 4, 0.3, 200, List.of());

  /// Adds what the airport and the route did lately.
  public static final Recipe CANDIDATE =
      new Recipe(
          "candidate",
          FlightFeatures.COLUMNS,
          100,
          63,
          0.025,
          50,
          List.of("late_rate_7d", "mean_delay_7d", "late_rate_28d", "mean_delay_28d"));

  public Recipe {
    columns = List.copyOf(columns);
    rising = List.copyOf(rising);
  }

  /// LightGBM's parameters, by its names: what a run logs.
  public Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("objective", "binary");
    parameters.put("num_iterations", Integer.toString(trees));
    parameters.put("num_leaves", Integer.toString(leaves));
    parameters.put("learning_rate", Double.toString(learningRate));
    parameters.put("min_data_in_leaf", Integer.toString(minRowsInLeaf));
    parameters.put("lambda_l2", "1.0");
    parameters.put("monotone_constraints", monotoneConstraints());
    parameters.put("seed", Long.toString(SEED));
    parameters.put("deterministic", "true");
    parameters.put("force_row_wise", "true");
    parameters.put("num_threads", "1");
    return parameters;
  }

  private String monotoneConstraints() {
    return columns.stream()
        .map(column -> rising.contains(column) ? "1" : "0")
        .collect(Collectors.joining(","));
  }
}
