package io.penstock.feature.query;

import io.penstock.feature.FeatureFailure.FeatureNotFound;
import io.penstock.feature.view.FeatureView;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import java.util.List;
import java.util.stream.IntStream;

/// Which features of a view version are wanted, by their positions in its schema, in the order
/// asked for.
public record Selection(FeatureView view, int[] positions) {

  /// Finds what a query of a request asks for.
  public static Selection of(FeatureView view, QueryBatch batch, int query) {
    List<String> wanted = batch.query(query).features();
    return wanted.isEmpty()
        ? new Selection(view, IntStream.range(0, view.schema().size()).toArray())
        : new Selection(view, positions(view, wanted, query));
  }

  private static int[] positions(FeatureView view, List<String> wanted, int query) {
    int[] positions = new int[wanted.size()];
    boolean[] taken = new boolean[view.schema().size()];
    for (int i = 0; i < positions.length; i++) {
      int position = position(view, wanted.get(i), query, i);
      if (taken[position]) {
        throw InvalidArguments.of(
            field(query, i), "'" + wanted.get(i) + "' appears twice, expected once");
      }
      taken[position] = true;
      positions[i] = position;
    }
    return positions;
  }

  private static int position(FeatureView view, String feature, int query, int index) {
    return view.schema()
        .position(feature)
        .orElseThrow(
            () ->
                new FailureException(
                    new FeatureNotFound(view.name(), feature, field(query, index))));
  }

  private static String field(int query, int index) {
    return QueryBatch.field(query, "features[" + index + "]");
  }

  /// The number of features wanted.
  public int size() {
    return positions.length;
  }
}
