package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Lifecycle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The table of runs; what was logged to them lies in [RunEntryRepository].
final class RunRepository {

  /// A row of the table, under the number by which other tables know it.
  record Row(
      long id,
      RunName name,
      String displayName,
      RunStatus status,
      Lifecycle lifecycle,
      String artifactUri,
      long startMs,
      @Nullable Long endMs,
      String userId,
      String createdBy) {}

  private RunRepository() {}

  static long insert(Handle handle, Run run) {
    return handle
        .createQuery(
            """
            insert into run (experiment, run_id, display_name, status, artifact_uri, start_ms,
              user_id, created_by)
            values (:experiment, :run, :display, :status, :uri, :start, :user, :by) returning id""")
        .bind("experiment", run.name().experiment())
        .bind("run", run.name().run())
        .bind("display", run.displayName())
        .bind("status", run.status().name())
        .bind("uri", run.artifactUri())
        .bind("start", run.startMs())
        .bind("user", run.userId())
        .bind("by", run.createdBy())
        .mapTo(long.class)
        .one();
  }

  static Optional<Row> find(Handle handle, RunName name) {
    return select(handle, name, "");
  }

  /// The run, held so that it cannot end before this transaction does; others may log to it
  /// meanwhile.
  static Optional<Row> findAndHold(Handle handle, RunName name) {
    return select(handle, name, " for share");
  }

  private static Optional<Row> select(Handle handle, RunName name, String lock) {
    return handle
        .createQuery("select * from run where run_id = :run and experiment = :experiment" + lock)
        .bind("run", name.run())
        .bind("experiment", name.experiment())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// In no order; those that do not exist are left out.
  static List<Row> find(Handle handle, List<Long> ids) {
    return handle
        .createQuery("select * from run where id = any(:ids)")
        .bindArray("ids", Long.class, ids)
        .map((row, _) -> read(row))
        .list();
  }

  /// False where the run has ended already.
  static boolean end(Handle handle, long run, RunStatus status, long timeMs) {
    return handle
            .createUpdate(
                """
                update run set status = :status, end_ms = :time
                where id = :run and status in ('RUNNING', 'SCHEDULED')""")
            .bind("status", status.name())
            .bind("time", timeMs)
            .bind("run", run)
            .execute()
        == 1;
  }

  /// Newest first, without the deleted.
  static Page<Row> page(Handle handle, String experiment, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from run
                where experiment = :experiment and id < :after and lifecycle_stage = 'active'
                order by id desc limit :limit""")
            .bind("experiment", experiment)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, row -> List.of(row.id()));
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("id"),
        new RunName(row.getString("experiment"), row.getString("run_id")),
        row.getString("display_name"),
        RunStatus.valueOf(row.getString("status")),
        Lifecycle.of(row.getString("lifecycle_stage")),
        row.getString("artifact_uri"),
        row.getLong("start_ms"),
        row.getObject("end_ms", Long.class),
        row.getString("user_id"),
        row.getString("created_by"));
  }
}
