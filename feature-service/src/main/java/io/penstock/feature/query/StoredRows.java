package io.penstock.feature.query;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the database holds for the keys of all queries of a request, one query after the other.
public final class StoredRows {

  private final long[] eventTimes;
  private final byte[] @Nullable [] packed;

  /// Nothing yet for so many keys.
  public StoredRows(int keys) {
    this.eventTimes = new long[keys];
    this.packed = new byte[keys][];
  }

  /// @param eventTime microseconds since 1970
  public void put(int index, long eventTime, byte[] row) {
    eventTimes[index] = eventTime;
    packed[index] = row;
  }

  public void remove(int index) {
    packed[index] = null;
  }

  /// Where a row became true after a time.
  ///
  /// @param time microseconds since 1970
  public int[] laterThan(long time) {
    return IntStream.range(0, packed.length)
        .filter(index -> packed[index] != null && eventTimes[index] > time)
        .toArray();
  }

  /// Meaningless where there is no row.
  long eventTime(int index) {
    return eventTimes[index];
  }

  /// Null where there is no row.
  byte @Nullable [] packed(int index) {
    return packed[index];
  }
}
