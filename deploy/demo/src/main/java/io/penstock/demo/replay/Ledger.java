package io.penstock.demo.replay;

import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.replay.Outcome.Answer;
import io.penstock.demo.replay.Outcome.Unanswered;
import io.penstock.demo.training.TreeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Every outcome so far. Each answer is compared with what the trainer's own trees say of the
/// trainer's own features: a difference is a fault between laboratory and production.
public final class Ledger {

  private final FlightFeatures features;
  private final Map<String, TreeModel> treesByVersion;
  private final Map<String, Tally> tallies = new TreeMap<>();
  private final List<Unanswered> unanswered = new ArrayList<>();

  /// @param treesByVersion by number of the version
  public Ledger(FlightFeatures features, Map<String, TreeModel> treesByVersion) {
    this.features = features;
    this.treesByVersion = Map.copyOf(treesByVersion);
  }

  public void add(Outcome outcome) {
    switch (outcome) {
      case Answer answer -> add(answer);
      case Unanswered none -> unanswered.add(none);
    }
  }

  public Tally of(String version) {
    return tallies.getOrDefault(version, new Tally());
  }

  public int answered() {
    return tallies.values().stream().mapToInt(Tally::requests).sum();
  }

  public int flights() {
    return tallies.values().stream().mapToInt(Tally::flights).sum();
  }

  /// Between any prediction and the trainer's own.
  public double largestDifference() {
    return tallies.values().stream().mapToDouble(Tally::largestDifference).max().orElse(0);
  }

  public int refused() {
    return unanswered.size();
  }

  public Optional<Unanswered> firstRefused() {
    return unanswered.stream().findFirst();
  }

  private void add(Answer answer) {
    TreeModel trees = treesByVersion.get(answer.version());
    if (trees == null) {
      throw new IllegalStateException(
          "answered by version %s (expected: one of %s)"
              .formatted(answer.version(), treesByVersion.keySet()));
    }
    tallies
        .computeIfAbsent(answer.version(), _ -> new Tally())
        .add(answer, answer.differenceFrom(trees, rows(answer.ask(), trees.columns().size())));
  }

  /// The baseline's columns are the first of the candidate's.
  private float[][] rows(Ask ask, int columns) {
    return ask.flights().stream()
        .map(features::row)
        .map(row -> floats(row, columns))
        .toArray(float[][]::new);
  }

  private static float[] floats(double[] row, int columns) {
    float[] result = new float[columns];
    for (int column = 0; column < columns; column++) {
      result[column] = (float) row[column];
    }
    return result;
  }
}
