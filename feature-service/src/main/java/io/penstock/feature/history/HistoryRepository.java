package io.penstock.feature.history;

import io.penstock.feature.query.StoredRows;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Reads the history.
@Singleton
final class HistoryRepository {

  // One descent of the primary key for each key and time: its order, read backwards, is the order
  // of precedence, so the first entry that was known is the answer. That it was known is checked in
  // the index too.
  private static final String READ =
      """
      select k.position - 1, h.event_us, h.packed
      from unnest((select ?::int[]), (select ?::text[]), (select ?::bigint[]))
        with ordinality k (version_id, entity_key, time_us, position)
      cross join lateral (
        select event_us, packed from feature_history h
        where h.version_id = k.version_id and h.entity_key = k.entity_key
          and h.event_us <= k.time_us and h.known_us <= k.time_us
        order by h.event_us desc, h.known_us desc, h.sequence desc limit 1) h""";

  private final Jdbi jdbi;

  HistoryRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// For each place in the arrays, the row that was in force.
  StoredRows read(int[] versionIds, String[] keys, long[] times) {
    return jdbi.withHandle(handle -> read(handle, versionIds, keys, times));
  }

  private static StoredRows read(Handle handle, int[] versionIds, String[] keys, long[] times) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(READ)) {
      statement.setObject(1, versionIds);
      statement.setObject(2, keys);
      statement.setObject(3, times);
      return rows(statement, keys.length);
    } catch (SQLException e) {
      throw new IllegalStateException("reading the history", e);
    }
  }

  private static StoredRows rows(PreparedStatement statement, int size) throws SQLException {
    StoredRows rows = new StoredRows(size);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        rows.put(row.getInt(1), row.getLong(2), row.getBytes(3));
      }
    }
    return rows;
  }
}
