package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Rows of one message, each thing said once, in the order in which they are stored: by key, event
/// time, known time, and as sent.
record RowBatch(List<ValidRow> rows) {

  private record Fact(String entityKey, long eventUs) {}

  private record Statement(String entityKey, long eventUs, long knownUs, ByteBuffer packed) {}

  private static final Comparator<ValidRow> ORDER =
      Comparator.comparing(ValidRow::entityKey)
          .thenComparingLong(ValidRow::eventUs)
          .thenComparingLong(ValidRow::knownUs);

  // Enough that small writers of one view seldom meet, few enough that a large message takes them
  // all at once.
  private static final int LOCKS = 32;

  /// The rows that came with a known time. Of equal ones the first stays.
  static RowBatch given(Collection<ValidRow> rows) {
    Set<Statement> said = new HashSet<>();
    return sorted(
        rows.stream()
            .filter(Predicate.not(ValidRow::stamped))
            .filter(row -> said.add(statement(row))));
  }

  private static Statement statement(ValidRow row) {
    return new Statement(
        row.entityKey(), row.eventUs(), row.knownUs(), ByteBuffer.wrap(row.packed()));
  }

  /// The rows that left the known time to us, which makes it the same for all. Of those that speak
  /// of the same key and event time the last stays.
  static RowBatch stamped(Collection<ValidRow> rows) {
    Map<Fact, ValidRow> last = new HashMap<>();
    rows.stream()
        .filter(ValidRow::stamped)
        .forEach(row -> last.put(new Fact(row.entityKey(), row.eventUs()), row));
    return sorted(last.values().stream());
  }

  private static RowBatch sorted(Stream<ValidRow> rows) {
    return new RowBatch(rows.sorted(ORDER).toList());
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// The locks that the keys of rows fall under, ascending. Equal keys fall under the same lock on
  /// every replica.
  static int[] locks(Collection<ValidRow> rows) {
    return rows.stream()
        .mapToInt(row -> Math.floorMod(row.entityKey().hashCode(), LOCKS))
        .distinct()
        .sorted()
        .toArray();
  }
}
