package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rows of one message in the order in which they are stored: by key, event time, known time,
/// and as sent. Says each thing once: of equal rows the first stays; of rows that leave the known
/// time to us, which makes it the same moment, the last.
final class RowBatch {

  private static final Comparator<ValidRow> ORDER =
      Comparator.comparing(ValidRow::entityKey)
          .thenComparingLong(ValidRow::eventUs)
          .thenComparingLong(ValidRow::knownUs);

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
      to = endOfTies(sorted, from);
      keep(sorted.subList(from, to), kept);
    }
    return new RowBatch(kept);
  }

  private static int endOfTies(List<ValidRow> sorted, int from) {
    int to = from + 1;
    while (to < sorted.size() && ORDER.compare(sorted.get(from), sorted.get(to)) == 0) {
      to++;
    }
    return to;
  }

  private static void keep(List<ValidRow> ties, List<ValidRow> kept) {
    int lastStamped = lastStamped(ties);
    Set<ByteBuffer> said = new HashSet<>();
    for (int i = 0; i < ties.size(); i++) {
      ValidRow row = ties.get(i);
      if (row.stamped() ? i == lastStamped : said.add(ByteBuffer.wrap(row.packed()))) {
        kept.add(row);
      }
    }
  }

  private static int lastStamped(List<ValidRow> ties) {
    int last = ties.size() - 1;
    while (last >= 0 && !ties.get(last).stamped()) {
      last--;
    }
    return last;
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
