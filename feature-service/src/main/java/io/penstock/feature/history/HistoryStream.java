package io.penstock.feature.history;

import io.penstock.feature.Micros;
import io.penstock.feature.query.FoundRows;
import io.penstock.feature.query.QueryBatch;
import io.penstock.feature.query.Selection;
import io.penstock.feature.query.StoredRows;
import io.penstock.feature.view.FeatureView;
import io.penstock.feature.view.FeatureViews;
import io.penstock.feature.view.ViewRef;
import io.penstock.kit.failure.InvalidArguments;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// One point-in-time reading. A view's newest version is settled when it is first asked for, so a
/// version made meanwhile does not split a training set in two. Used by one thread at a time.
public final class HistoryStream {

  // A reading that names more views than this is not a training set.
  private static final int MOST_VIEWS = 1000;

  private final HistoryRepository repository;
  private final FeatureViews views;
  private final Map<ViewRef, FeatureView> settled = new HashMap<>();

  HistoryStream(HistoryRepository repository, FeatureViews views) {
    this.repository = repository;
    this.views = views;
  }

  /// Reads one batch.
  ///
  /// @param times one a row, microseconds since 1970
  public List<FoundRows> read(QueryBatch batch, long[] times) {
    checkTimes(batch, times);
    List<Selection> selections =
        IntStream.range(0, batch.size()).mapToObj(i -> selection(batch, i)).toList();
    batch.requireModest(selections);
    StoredRows rows =
        repository.read(
            repeat(selections, batch.rows()), batch.keys(), repeat(times, batch.size()));
    return IntStream.range(0, batch.size())
        .mapToObj(i -> new FoundRows(selections.get(i), rows, i, batch.rows(), row -> times[row]))
        .toList();
  }

  private static void checkTimes(QueryBatch batch, long[] times) {
    if (times.length != batch.rows()) {
      throw InvalidArguments.of(
          "times", "are " + times.length + ", expected " + batch.rows() + ", one a row");
    }
    for (int i = 0; i < times.length; i++) {
      if (times[i] == Micros.INVALID) {
        throw InvalidArguments.of(
            "times[" + i + "]", "is no timestamp, expected one of the years 1 to 9999");
      }
    }
  }

  private Selection selection(QueryBatch batch, int query) {
    String field = QueryBatch.field(query, "feature_view");
    FeatureView view =
        settled.computeIfAbsent(batch.query(query).view(), ref -> settle(ref, field));
    return Selection.of(view, batch, query);
  }

  private FeatureView settle(ViewRef ref, String field) {
    if (settled.size() >= MOST_VIEWS) {
      throw InvalidArguments.of(field, "is one too many, expected at most " + MOST_VIEWS);
    }
    return views.resolve(ref, field);
  }

  private static int[] repeat(List<Selection> selections, int rows) {
    int[] versionIds = new int[selections.size() * rows];
    for (int i = 0; i < selections.size(); i++) {
      Arrays.fill(versionIds, i * rows, (i + 1) * rows, selections.get(i).view().versionId());
    }
    return versionIds;
  }

  private static long[] repeat(long[] times, int queries) {
    long[] all = new long[times.length * queries];
    for (int i = 0; i < queries; i++) {
      System.arraycopy(times, 0, all, i * times.length, times.length);
    }
    return all;
  }
}
