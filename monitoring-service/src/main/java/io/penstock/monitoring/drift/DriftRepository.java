package io.penstock.monitoring.drift;

import io.penstock.monitoring.window.ColumnKind;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The tables of drift judgements.
@Singleton
final class DriftRepository {

  /// One judged window as it is reported.
  record JudgedWindow(Window window, String skipped, List<ColumnDrift> columns) {}

  // Windows older than the newest judged one by more than this are history: traffic that names them
  // is not tested any more.
  private static final Duration LATENESS = Duration.ofDays(31);

  private final Jdbi jdbi;

  DriftRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Locks a version's sequence of tests until the transaction ends, and says where it stands.
  BatchFdr lockSequence(Handle handle, int versionId) {
    handle
        .createUpdate("insert into drift_sequence values (:version, 0, 0) on conflict do nothing")
        .bind("version", versionId)
        .execute();
    return handle
        .createQuery(
            "select batches, discoveries from drift_sequence where version_id = :version for update")
        .bind("version", versionId)
        .map((row, _) -> new BatchFdr(row.getLong("batches"), row.getLong("discoveries")))
        .one();
  }

  void saveSequence(Handle handle, int versionId, BatchFdr sequence) {
    handle
        .createUpdate(
            "update drift_sequence set batches = :batches, discoveries = :discoveries where version_id = :version")
        .bind("version", versionId)
        .bind("batches", sequence.batches())
        .bind("discoveries", sequence.discoveries())
        .execute();
  }

  /// Windows that are closed and not judged, oldest first.
  List<Window> due(Handle handle, int versionId, Instant closedUntil) {
    Optional<Instant> newest =
        handle
            .createQuery(
                "select max(window_start) as newest from drift_window where version_id = :version")
            .bind("version", versionId)
            .map((row, _) -> row.getObject("newest", OffsetDateTime.class))
            .findOne()
            .map(OffsetDateTime::toInstant);
    Instant from = newest.map(start -> start.minus(LATENESS)).orElse(Instant.EPOCH);
    return handle
        .createQuery(
            """
            select distinct window_start, window_end from column_window seen
            where version_id = :version and window_start >= :from and window_end <= :until and not exists (
              select 1 from drift_window judged where judged.version_id = seen.version_id
              and judged.window_start = seen.window_start and judged.window_end = seen.window_end)
            order by window_start, window_end""")
        .bind("version", versionId)
        .bind("from", from.atOffset(ZoneOffset.UTC))
        .bind("until", closedUntil.atOffset(ZoneOffset.UTC))
        .map((row, _) -> window(row))
        .list();
  }

  void save(Handle handle, int versionId, DriftJudgement judgement, Instant now) {
    handle
        .createUpdate("insert into drift_window values (:version, :start, :end, :skipped, :now)")
        .bind("version", versionId)
        .bind("start", judgement.window().start().atOffset(ZoneOffset.UTC))
        .bind("end", judgement.window().end().atOffset(ZoneOffset.UTC))
        .bind("skipped", judgement.skipped())
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .execute();
    if (judgement.columns().isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            """
            insert into column_drift values (:version, :start, :end, :kind, :column, :test, :referenceCount, :windowCount,
              :statistic, :pValue, :threshold, :significant, :jsDistance, :psi, :effectFloor, :drifted, :referenceMean,
              :windowMean, :exemplarTraceId, :skipped)""");
    judgement.columns().forEach(column -> bind(batch, versionId, judgement.window(), column));
    batch.execute();
  }

  private static void bind(PreparedBatch batch, int versionId, Window window, ColumnDrift column) {
    batch
        .bind("version", versionId)
        .bind("start", window.start().atOffset(ZoneOffset.UTC))
        .bind("end", window.end().atOffset(ZoneOffset.UTC))
        .bind("kind", column.kind().code())
        .bind("column", column.column())
        .bind("test", column.test())
        .bind("referenceCount", column.referenceCount())
        .bind("windowCount", column.windowCount())
        .bind("statistic", column.statistic())
        .bind("pValue", column.pValue())
        .bind("threshold", column.threshold())
        .bind("significant", column.significant())
        .bind("jsDistance", column.jsDistance())
        .bind("psi", column.psi())
        .bind("effectFloor", column.effectFloor())
        .bind("drifted", column.drifted())
        .bind("referenceMean", column.referenceMean())
        .bind("windowMean", column.windowMean())
        .bind("exemplarTraceId", column.exemplarTraceId())
        .bind("skipped", column.skipped())
        .add();
  }

  /// Judged windows that touch the range, oldest first.
  List<JudgedWindow> find(int versionId, Window range) {
    SortedMap<Window, JudgedWindow> windows = new TreeMap<>();
    jdbi.useHandle(
        handle -> {
          select(handle, "drift_window", versionId, range)
              .map(
                  (row, _) ->
                      new JudgedWindow(window(row), row.getString("skipped"), new ArrayList<>()))
              .forEach(judged -> windows.put(judged.window(), judged));
          select(handle, "column_drift", versionId, range)
              .map(
                  (row, _) -> {
                    var judged = windows.get(window(row));
                    return judged != null && judged.columns().add(column(row));
                  })
              .list();
        });
    return List.copyOf(windows.values());
  }

  private static org.jdbi.v3.core.statement.Query select(
      Handle handle, String table, int versionId, Window range) {
    return handle
        .createQuery(
            "select * from "
                + table
                + " where version_id = :version and window_start < :to and window_end > :from")
        .bind("version", versionId)
        .bind("from", range.start().atOffset(ZoneOffset.UTC))
        .bind("to", range.end().atOffset(ZoneOffset.UTC));
  }

  private static ColumnDrift column(ResultSet row) throws SQLException {
    return new ColumnDrift(
        ColumnKind.of(row.getInt("kind")),
        row.getString("column_name"),
        row.getString("test"),
        row.getLong("reference_count"),
        row.getLong("window_count"),
        row.getDouble("statistic"),
        row.getDouble("p_value"),
        row.getDouble("threshold"),
        row.getBoolean("significant"),
        row.getDouble("js_distance"),
        row.getDouble("psi"),
        row.getDouble("effect_floor"),
        row.getBoolean("drifted"),
        row.getDouble("reference_mean"),
        row.getDouble("window_mean"),
        row.getString("exemplar_trace_id"),
        row.getString("skipped"));
  }

  private static Window window(ResultSet row) throws SQLException {
    return new Window(
        row.getObject("window_start", OffsetDateTime.class).toInstant(),
        row.getObject("window_end", OffsetDateTime.class).toInstant());
  }
}
