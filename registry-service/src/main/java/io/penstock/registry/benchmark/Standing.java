package io.penstock.registry.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a suite says of a version, for those who decide by it.
///
/// @param suite id of the suite
/// @param run that measured it
/// @param evaluatedBy who gave the predictions
/// @param scores by metric
public record Standing(
    String suite,
    String run,
    int revision,
    String data,
    String evaluatedBy,
    Map<String, Score> scores,
    boolean meetsBaselines) {

  /// One metric.
  ///
  /// @param bounds lower and upper; empty where the rows do not tell
  public record Score(
      double value,
      List<Double> bounds,
      int rows,
      Optional<Comparison> baseline,
      boolean meetsBaseline) {
    public Score {
      bounds = List.copyOf(bounds);
    }
  }

  /// @param version empty for a fixed number
  public record Comparison(String version, double value, double difference, List<Double> bounds) {
    public Comparison {
      bounds = List.copyOf(bounds);
    }
  }

  public Standing {
    scores = Map.copyOf(scores);
  }
}
