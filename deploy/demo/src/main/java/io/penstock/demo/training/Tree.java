package io.penstock.demo.training;

/// One binary decision tree. A node `n >= 0` splits; a child `c < 0` is the leaf `~c`, as in
/// LightGBM. A tree without splits is the single leaf 0.
///
/// @param column by node
/// @param threshold by node: a value at or below it goes left
/// @param missingLeft by node: where NaN goes
public record Tree(
    int[] column,
    double[] threshold,
    boolean[] missingLeft,
    int[] left,
    int[] right,
    double[] leaves) {

  public Tree {
    if (leaves.length != column.length + 1) {
      throw new IllegalArgumentException(
          "leaves: %d (expected: %d, one more than splits)"
              .formatted(leaves.length, column.length + 1));
    }
  }

  public int splits() {
    return column.length;
  }

  /// @param offset where the row begins in `values`
  double value(float[] values, int offset) {
    int node = splits() == 0 ? ~0 : 0;
    while (node >= 0) {
      node = goesLeft(node, values[offset + column[node]]) ? left[node] : right[node];
    }
    return leaves[~node];
  }

  private boolean goesLeft(int node, float value) {
    return Float.isNaN(value) ? missingLeft[node] : value <= threshold[node];
  }
}
