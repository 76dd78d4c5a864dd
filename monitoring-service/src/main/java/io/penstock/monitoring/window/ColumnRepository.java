package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The table of column distributions by version and window.
@Singleton
public final class ColumnRepository {

  /// Adds counts to what is stored.
  public void add(Handle handle, SortedMap<ColumnKey, ColumnCounts> counts) {
    if (counts.isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            """
            insert into column_window as known values (:version, :start, :end, :kind, :column, :counts, :missing, :sum, :numbers,
              :trace, :distance)
            on conflict (version_id, window_start, window_end, kind, column_name) do update set
              counts = add_counts(known.counts, excluded.counts),
              missing = known.missing + excluded.missing,
              value_sum = known.value_sum + excluded.value_sum,
              value_count = known.value_count + excluded.value_count,
              exemplar_trace_id = case when excluded.exemplar_distance > known.exemplar_distance
                then excluded.exemplar_trace_id else known.exemplar_trace_id end,
              exemplar_distance = greatest(known.exemplar_distance, excluded.exemplar_distance)""");
    counts.forEach(
        (key, count) ->
            Rows.bind(batch, key.versionId(), key.window())
                .bind("kind", key.kind().code())
                .bind("column", key.column())
                .bindArray("counts", Long.class, Rows.boxed(count.bins()))
                .bind("missing", count.missingCount())
                .bind("sum", count.sum())
                .bind("numbers", count.numbers())
                .bind("trace", count.exemplarTraceId())
                .bind("distance", count.exemplarDistance())
                .add());
    batch.execute();
  }

  /// All columns of one window, features first.
  public SortedMap<ColumnKey, ColumnCounts> find(Handle handle, int versionId, Window window) {
    var columns = new TreeMap<ColumnKey, ColumnCounts>();
    handle
        .createQuery(
            """
            select * from column_window
            where version_id = :version and window_start = :start and window_end = :end""")
        .bind("version", versionId)
        .bind("start", window.start().atOffset(ZoneOffset.UTC))
        .bind("end", window.end().atOffset(ZoneOffset.UTC))
        .map((row, _) -> columns.put(key(versionId, window, row), counts(row)))
        .list();
    return columns;
  }

  private static ColumnKey key(int versionId, Window window, ResultSet row) throws SQLException {
    return new ColumnKey(
        versionId, window, ColumnKind.of(row.getInt("kind")), row.getString("column_name"));
  }

  private static ColumnCounts counts(ResultSet row) throws SQLException {
    return ColumnCounts.stored(
        Rows.longs(row, "counts"),
        row.getLong("missing"),
        row.getDouble("value_sum"),
        row.getLong("value_count"),
        row.getString("exemplar_trace_id"),
        row.getDouble("exemplar_distance"));
  }
}
