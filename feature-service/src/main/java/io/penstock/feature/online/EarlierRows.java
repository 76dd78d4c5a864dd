package io.penstock.feature.online;

import io.penstock.feature.online.OnlineRepository.Answer;
import io.penstock.feature.query.QueryBatch;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.jdbc.PgStatement;

/// What was the latest row of a key at an earlier time, from the history: so that a replay of the
/// past sees what live traffic saw then, and not what came after. A read as of now never comes
/// here.
@Singleton
final class EarlierRows {

  private static final String READ =
      """
      select k.place, h.event_us, h.packed
      from unnest((select ?::int[]), (select ?::int[]), (select ?::text[]))
        k (place, version_id, entity_key)
      cross join lateral (
        select event_us, packed from feature_history h
        where h.version_id = k.version_id and h.entity_key = k.entity_key and h.event_us <= ?
        order by h.event_us desc, h.known_us desc, h.sequence desc limit 1) h""";

  private final Jdbi jdbi;

  EarlierRows(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Replaces each row that became true after the time by the one in force then, or by none.
  ///
  /// @param time microseconds since 1970
  void replace(QueryBatch batch, Answer answer, long time, Duration budget) {
    int[] places = answer.rows().laterThan(time);
    if (places.length > 0) {
      jdbi.useHandle(handle -> replace(handle, batch, answer, places, time, budget));
    }
  }

  private static void replace(
      Handle handle, QueryBatch batch, Answer answer, int[] places, long time, Duration budget) {
    String[] keys = batch.keys();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(READ)) {
      statement.unwrap(PgStatement.class).setQueryTimeoutMs(Math.max(1, budget.toMillis()));
      statement.setObject(1, places);
      statement.setObject(2, versionIds(places, answer, batch.rows()));
      statement.setObject(3, Arrays.stream(places).mapToObj(i -> keys[i]).toArray(String[]::new));
      statement.setLong(4, time);
      Arrays.stream(places).forEach(answer.rows()::remove);
      put(statement, answer);
    } catch (SQLException e) {
      throw new IllegalStateException("reading earlier rows", e);
    }
  }

  private static int[] versionIds(int[] places, Answer answer, int rows) {
    return Arrays.stream(places).map(place -> answer.versionIds()[place / rows]).toArray();
  }

  private static void put(PreparedStatement statement, Answer answer) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        answer.rows().put(row.getInt(1), row.getLong(2), row.getBytes(3));
      }
    }
  }
}
