package io.penstock.feature.online;

import io.penstock.feature.query.FeatureQuery;
import io.penstock.feature.query.QueryBatch;
import io.penstock.feature.query.StoredRows;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.jdbc.PgStatement;

/// Reads the online table. Plain JDBC: this is on the path of every prediction.
@Singleton
final class OnlineRepository {

  /// The version that each query means, zero where there is none, and the rows of all of them.
  record Answer(int[] versionIds, StoredRows rows) {}

  // Settles versions and reads rows in one round trip. The sub-selects hide the lengths of the
  // arrays from the planner; otherwise it would find a plan made for one key so much cheaper than
  // the general one that it planned every call anew. The lateral join is one index look-up a key,
  // where a plain one might scan a table that was small when the plan was made.
  private static final String READ =
      """
      with asked as materialized (
        select n, (
          select version_id from feature_view_version v
          where v.view_id = q.view_id and (q.version = 0 or v.version = q.version)
          order by v.version desc limit 1) as version_id
        from unnest((select ?::text[]), (select ?::int[])) with ordinality q (view_id, version, n)
      )
      select k.position - 1, asked.version_id, o.event_us, o.packed
      from unnest((select ?::text[])) with ordinality k (entity_key, position)
      join asked on asked.n = (k.position - 1) / ? + 1
      left join lateral (
        select event_us, packed from feature_online o
        where o.version_id = asked.version_id and o.entity_key = k.entity_key limit 1) o on true""";

  private final Jdbi jdbi;

  OnlineRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// @param budget after this the statement is cancelled
  Answer read(QueryBatch batch, Duration budget) {
    return jdbi.withHandle(handle -> read(handle, batch, budget));
  }

  private static Answer read(Handle handle, QueryBatch batch, Duration budget) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(READ)) {
      limit(statement, budget);
      bind(statement, batch);
      return answer(statement, batch);
    } catch (SQLException e) {
      throw new IllegalStateException("reading the online table", e);
    }
  }

  // JDBC's own limit counts in seconds.
  private static void limit(PreparedStatement statement, Duration budget) throws SQLException {
    statement.unwrap(PgStatement.class).setQueryTimeoutMs(Math.max(1, budget.toMillis()));
  }

  private static void bind(PreparedStatement statement, QueryBatch batch) throws SQLException {
    String[] views = new String[batch.size()];
    int[] versions = new int[batch.size()];
    for (int i = 0; i < views.length; i++) {
      FeatureQuery query = batch.query(i);
      views[i] = query.view().viewId();
      versions[i] = query.view().version();
    }
    statement.setObject(1, views);
    statement.setObject(2, versions);
    statement.setObject(3, batch.keys());
    statement.setInt(4, batch.rows());
  }

  private static Answer answer(PreparedStatement statement, QueryBatch batch) throws SQLException {
    var answer = new Answer(new int[batch.size()], new StoredRows(batch.size() * batch.rows()));
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        int index = row.getInt(1);
        answer.versionIds()[index / batch.rows()] = row.getInt(2);
        byte[] packed = row.getBytes(4);
        if (packed != null) {
          answer.rows().put(index, row.getLong(3), packed);
        }
      }
    }
    return answer;
  }
}
