package io.penstock.monitoring.window;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jdbi.v3.core.statement.PreparedBatch;

/// How windows and count arrays stand in rows.
final class Rows {

  private Rows() {}

  static PreparedBatch bind(PreparedBatch batch, TrafficKey key) {
    return bind(batch, key.versionId(), key.window())
        .bind("variant", key.variant().code())
        .bind("revision", key.revision());
  }

  static PreparedBatch bind(PreparedBatch batch, int versionId, Window window) {
    return batch
        .bind("version", versionId)
        .bind("start", window.start().atOffset(ZoneOffset.UTC))
        .bind("end", window.end().atOffset(ZoneOffset.UTC));
  }

  static Window window(ResultSet row) throws SQLException {
    return new Window(instant(row, "window_start"), instant(row, "window_end"));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static Object[] boxed(long[] values) {
    return Arrays.stream(values).boxed().toArray();
  }

  static long[] longs(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return Arrays.stream((Long[]) array.getArray()).mapToLong(Long::longValue).toArray();
  }
}
