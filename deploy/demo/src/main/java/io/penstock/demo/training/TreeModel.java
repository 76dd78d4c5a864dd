package io.penstock.demo.training;

import java.util.List;
import java.util.stream.IntStream;

/// Boosted trees for a binary label: the probability is the sigmoid of the sum of the trees.
public record TreeModel(List<String> columns, List<Tree> trees) {

  public TreeModel {
    columns = List.copyOf(columns);
    trees = List.copyOf(trees);
  }

  /// The model as it was after its first trees.
  public TreeModel first(int count) {
    return new TreeModel(columns, trees.subList(0, Math.min(count, trees.size())));
  }

  public double probability(float[] row) {
    return probability(row, 0);
  }

  /// One probability a row.
  public double[] probabilities(TrainingTable table) {
    return IntStream.range(0, table.rows())
        .mapToDouble(row -> probability(table.values(), row * columns.size()))
        .toArray();
  }

  private double probability(float[] values, int offset) {
    double sum = 0;
    for (Tree tree : trees) {
      sum += tree.value(values, offset);
    }
    return 1 / (1 + Math.exp(-sum));
  }
}
