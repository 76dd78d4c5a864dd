package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Columns;
import io.penstock.registry.Lifecycle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The table of runs; what was logged to them lies in [RunEntryRepository].
public final class RunRepository {

  /// A row of the table, under the number by which other tables know it.
  ///
  /// @param settled whether searches find its metrics by their values
  /// @param entries what it logged, as [StoredEntries] reads it; null where only their tables know
  public record Row(
      long id,
      RunName name,
      String displayName,
      RunStatus status,
      Lifecycle lifecycle,
      String artifactUri,
      long startMs,
      @Nullable Long endMs,
      String userId,
      String createdBy,
      boolean settled,
      @Nullable String entries) {}

  private RunRepository() {}

  /// The numbers of the new runs by their ids.
  static Map<String, Long> insert(Handle handle, List<Run> runs) {
    return handle
        .createQuery(
            """
            insert into run (experiment, run_id, display_name, status, artifact_uri, start_ms,
              user_id, created_by)
            select * from unnest(:experiments, :ids, :names, :statuses, :uris, :starts, :users, :by)
            returning id, run_id""")
        .bind("experiments", Columns.of(each(runs, run -> run.name().experiment())))
        .bind("ids", Columns.of(each(runs, run -> run.name().run())))
        .bind("names", Columns.of(each(runs, Run::displayName)))
        .bind("statuses", Columns.of(each(runs, run -> run.status().name())))
        .bind("uris", Columns.of(each(runs, Run::artifactUri)))
        .bind("starts", Columns.of(runs.stream().mapToLong(Run::startMs).toArray()))
        .bind("users", Columns.of(each(runs, Run::userId)))
        .bind("by", Columns.of(each(runs, Run::createdBy)))
        .map((row, _) -> Map.entry(row.getString(2), row.getLong(1)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static List<String> each(List<Run> runs, Function<Run, String> part) {
    return runs.stream().map(part).toList();
  }

  static Optional<Row> find(Handle handle, String run) {
    return handle
        .createQuery("select * from run where run_id = :run")
        .bind("run", run)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<Row> find(Handle handle, RunName name) {
    return find(handle, name.run()).filter(row -> row.name().equals(name));
  }

  /// Those of the runs that exist, for this transaction alone: whoever else wants to change them or
  /// what belongs to them waits. In one order, so that nobody waits in a circle.
  static List<Row> hold(Handle handle, Collection<String> runs) {
    return handle
        .createQuery("select * from run where run_id = any(:runs) order by id for no key update")
        .bind("runs", Columns.of(runs))
        .map((row, _) -> read(row))
        .list();
  }

  static void rename(Handle handle, SortedMap<Long, String> names) {
    if (names.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            update run set display_name = named.name
            from unnest(:runs, :names) as named (run, name) where run.id = named.run""")
        .bind("runs", Columns.of(names.keySet().stream().mapToLong(Long::longValue).toArray()))
        .bind("names", Columns.of(names.values()))
        .execute();
  }

  /// The numbers of the runs that exist, by their ids.
  static Map<String, Long> numbers(Handle handle, Collection<String> runs) {
    return handle
        .createQuery("select run_id, id from run where run_id = any(:runs)")
        .bind("runs", Columns.of(runs))
        .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// In no order; those that do not exist are left out.
  static List<Row> find(Handle handle, List<Long> ids) {
    return handle
        .createQuery("select * from run where id = any(:ids)")
        .bindArray("ids", Long.class, ids)
        .map((row, _) -> read(row))
        .list();
  }

  static void update(Handle handle, long run, RunUpdate update) {
    handle
        .createUpdate(
            """
            update run set status = coalesce(:status, status), end_ms = coalesce(:end, end_ms)
            where id = :run""")
        .bind("status", update.status().map(RunStatus::name))
        .bind("end", update.endMs())
        .bind("run", run)
        .execute();
  }

  static void setLifecycle(Handle handle, List<Long> runs, Lifecycle lifecycle) {
    handle
        .createUpdate("update run set lifecycle_stage = :stage where id = any(:runs)")
        .bind("stage", lifecycle.text())
        .bindArray("runs", Long.class, runs)
        .execute();
  }

  /// The runs of an experiment, each for this transaction alone.
  static List<Long> holdAll(Handle handle, String experiment) {
    return handle
        .createQuery(
            "select id from run where experiment = :experiment order by id for no key update")
        .bind("experiment", experiment)
        .mapTo(Long.class)
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

  static Row read(ResultSet row) throws SQLException {
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
        row.getString("created_by"),
        row.getBoolean("settled"),
        row.getString("entries"));
  }
}
