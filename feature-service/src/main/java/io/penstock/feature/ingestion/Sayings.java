package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What one message says about one key at one event time, when it says more than one thing.
final class Sayings {

  private record Said(long knownUs, ByteBuffer packed) {}

  private Sayings() {}

  /// Of equal rows the first stays. Of rows that leave the known time to us, which makes it the
  /// same moment, the last stays; and if others are beside it, it is stored whatever is in force,
  /// for they may be about to change that.
  static List<ValidRow> distinct(List<ValidRow> rows) {
    int lastStamped = lastStamped(rows);
    boolean alone = rows.stream().allMatch(ValidRow::stamped);
    Set<Said> said = new HashSet<>();
    List<ValidRow> kept = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ValidRow row = rows.get(i);
      if (row.stamped() ? i == lastStamped : said.add(said(row))) {
        kept.add(alone ? row : row.asGiven());
      }
    }
    return kept;
  }

  private static Said said(ValidRow row) {
    return new Said(row.knownUs(), ByteBuffer.wrap(row.packed()));
  }

  private static int lastStamped(List<ValidRow> rows) {
    int last = rows.size() - 1;
    while (last >= 0 && !rows.get(last).stamped()) {
      last--;
    }
    return last;
  }
}
