package io.penstock.feature.query;

import org.jspecify.annotations.Nullable;

/// What the database holds for the keys of all queries of a request, one query after the other.
///
/// @param eventTimes microseconds since 1970; meaningless where there is no row
/// @param packed null where there is no row
public record StoredRows(long[] eventTimes, byte @Nullable [][] packed) {

  public static StoredRows ofSize(int rows) {
    return new StoredRows(new long[rows], new byte[rows][]);
  }

  public void put(int index, long eventTime, byte[] row) {
    eventTimes[index] = eventTime;
    packed[index] = row;
  }
}
