package io.penstock.feature.query;

import java.util.function.IntToLongFunction;

/// What was found for one query: for each key a row, the fact that it is too old, or nothing.
public final class FoundRows {

  /// Whether a key has a row that may be served.
  public enum State {
    PRESENT,
    EXPIRED,
    NOT_FOUND
  }

  private final Selection selection;
  private final StoredRows stored;
  private final int first;
  private final int rows;
  private final IntToLongFunction timeOfRow;

  /// @param query which of the request's queries this is
  /// @param timeOfRow the time that a row's age is measured at, in microseconds
  public FoundRows(
      Selection selection, StoredRows stored, int query, int rows, IntToLongFunction timeOfRow) {
    this.selection = selection;
    this.stored = stored;
    this.first = query * rows;
    this.rows = rows;
    this.timeOfRow = timeOfRow;
  }

  public Selection selection() {
    return selection;
  }

  public int rows() {
    return rows;
  }

  public State state(int row) {
    if (stored.packed(first + row) == null) {
      return State.NOT_FOUND;
    }
    long expired = selection.view().expiredUpTo(timeOfRow.applyAsLong(row));
    return stored.eventTime(first + row) <= expired ? State.EXPIRED : State.PRESENT;
  }

  /// When a present row became true, microseconds since 1970.
  public long eventTime(int row) {
    return stored.eventTime(first + row);
  }

  /// The values of a present row.
  public byte[] packed(int row) {
    byte[] packed = stored.packed(first + row);
    if (packed == null) {
      throw new IllegalStateException("row " + row + " is not there");
    }
    return packed;
  }
}
