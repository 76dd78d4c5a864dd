package io.penstock.feature.ingestion;

import io.penstock.feature.validation.ValidRow;
import io.penstock.feature.view.FeatureView;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Writes rows into history and online table.
@Singleton
final class RowRepository {

  // Two ints: a space of locks of its own beside those that the kit takes by one bigint.
  private static final String LOCK =
      "select pg_advisory_xact_lock(?, slot) from unnest(?::int[]) slot";

  // Takes the condition under which a row is news. The conditions are scalar sub-selects, not
  // `exists`, which PostgreSQL may answer by hashing all of a version's history.
  private static final String STORE =
      """
      with incoming as (
        select * from unnest((select ?::text[]), (select ?::bigint[]), (select ?::bigint[]),
                             (select ?::bytea[]))
          with ordinality as r (entity_key, event_us, known_us, packed, position)
      ), stored as (
        insert into feature_history (version_id, entity_key, event_us, known_us, packed)
        select ?, entity_key, event_us, known_us, packed from incoming i
        where %s
        order by position
        returning version_id, entity_key, event_us, known_us, sequence, packed
      )
      insert into feature_online as o
      select distinct on (entity_key) * from stored
      order by entity_key, event_us desc, known_us desc, sequence desc
      on conflict (version_id, entity_key) do update
      set event_us = excluded.event_us, known_us = excluded.known_us,
          sequence = excluded.sequence, packed = excluded.packed
      where (excluded.event_us, excluded.known_us, excluded.sequence)
          > (o.event_us, o.known_us, o.sequence)""";

  // History does not have exactly this row.
  private static final String STORE_GIVEN =
      STORE.formatted(
          """
          (
            select h.sequence from feature_history h
            where h.version_id = ? and h.entity_key = i.entity_key and h.event_us = i.event_us
              and h.known_us = i.known_us and h.packed = i.packed limit 1) is null""");

  // It differs from what is in force at its event time.
  private static final String STORE_STAMPED =
      STORE.formatted(
          """
          packed is distinct from (
            select h.packed from feature_history h
            where h.version_id = ? and h.entity_key = i.entity_key and h.event_us = i.event_us
              and h.known_us <= i.known_us
            order by h.known_us desc, h.sequence desc limit 1)""");

  /// Stores rows within the transaction of the handle, leaving out what is known already, so that a
  /// message sent twice is stored once. Writers of the same keys take turns: each sees what the one
  /// before has stored, and sequences of a key grow in the order of commits.
  void store(Handle handle, FeatureView view, List<ValidRow> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Connection connection = handle.getConnection();
    try {
      lock(connection, view, RowBatch.locks(rows));
      store(connection, STORE_GIVEN, view, RowBatch.given(rows));
      store(connection, STORE_STAMPED, view, RowBatch.stamped(rows));
    } catch (SQLException e) {
      throw new IllegalStateException("storing rows of " + view.name(), e);
    }
  }

  private static void lock(Connection connection, FeatureView view, int[] locks)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setInt(1, view.versionId());
      statement.setObject(2, locks);
      statement.execute();
    }
  }

  private static void store(Connection connection, String sql, FeatureView view, RowBatch batch)
      throws SQLException {
    if (batch.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      setColumns(statement, batch.rows());
      statement.setInt(5, view.versionId());
      statement.setInt(6, view.versionId());
      statement.execute();
    }
  }

  // Arrays of primitives and bytes travel in binary.
  private static void setColumns(PreparedStatement statement, List<ValidRow> rows)
      throws SQLException {
    int size = rows.size();
    var keys = new String[size];
    var eventTimes = new long[size];
    var knownTimes = new long[size];
    var packed = new byte[size][];
    for (int i = 0; i < size; i++) {
      ValidRow row = rows.get(i);
      keys[i] = row.entityKey();
      eventTimes[i] = row.eventUs();
      knownTimes[i] = row.knownUs();
      packed[i] = row.packed();
    }
    statement.setObject(1, keys);
    statement.setObject(2, eventTimes);
    statement.setObject(3, knownTimes);
    statement.setObject(4, packed);
  }
}
