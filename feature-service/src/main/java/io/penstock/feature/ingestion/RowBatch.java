package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The rows of one message in the order in which they are stored: by key, event time, known time,
/// and as sent; each thing said once.
final class RowBatch {

  private static final Comparator<ValidRow> BY_FACT =
      Comparator.comparing(ValidRow::entityKey).thenComparingLong(ValidRow::eventUs);
  private static final Comparator<ValidRow> ORDER = BY_FACT.thenComparingLong(ValidRow::knownUs);

  // Enough that small writers of one view seldom meet, few enough that a large message takes them
  // all at once.
  private static final int LOCKS = 32;

  private final List<ValidRow> rows;

  private RowBatch(List<ValidRow> rows) {
    this.rows = rows;
  }

  static RowBatch of(List<ValidRow> rows) {
    List<ValidRow> sorted = new ArrayList<>(rows);
    sorted.sort(ORDER);
    List<ValidRow> kept = new ArrayList<>(sorted.size());
    for (int from = 0, to; from < sorted.size(); from = to) {
      to = endOfFact(sorted, from);
      addFact(sorted.subList(from, to), kept);
    }
    return new RowBatch(kept);
  }

  private static int endOfFact(List<ValidRow> sorted, int from) {
    int to = from + 1;
    while (to < sorted.size() && BY_FACT.compare(sorted.get(from), sorted.get(to)) == 0) {
      to++;
    }
    return to;
  }

  // Nearly always one row.
  private static void addFact(List<ValidRow> sayings, List<ValidRow> kept) {
    if (sayings.size() == 1) {
      kept.add(sayings.getFirst());
    } else {
      kept.addAll(Sayings.distinct(sayings));
    }
  }

  List<ValidRow> rows() {
    return rows;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// The locks that the keys of this batch fall under, ascending. Equal keys fall under the same
  /// lock on every replica.
  int[] locks() {
    return rows.stream()
        .mapToInt(row -> Math.floorMod(row.entityKey().hashCode(), LOCKS))
        .distinct()
        .sorted()
        .toArray();
  }
}
