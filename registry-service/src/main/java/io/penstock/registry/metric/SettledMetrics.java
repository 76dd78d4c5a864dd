package io.penstock.registry.metric;

import io.penstock.registry.Columns;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// The newest values of the metrics of settled runs, by value: searches find runs by them. Of a
/// settled run exactly what [MetricRepository] has as the newest points lies here. Whoever calls
/// holds the run.
public final class SettledMetrics {

  private static final String NEWEST =
      """
      select latest.key, latest.value, latest.run from run_metric latest
      join unnest(:runs, :keys) as late (run, key) using (run, key)""";

  private SettledMetrics() {}

  /// Puts the metrics of a run where searches find them by value. Once for all where it has ended;
  /// a run that goes on would pay for it with each point.
  public static void settle(Handle handle, long run) {
    handle.execute(
        """
        insert into settled_metric (key, value, run)
        select key, value, run from run_metric where run = ?""",
        run);
    handle.execute("update run set settled = true, entries = run_entries(id) where id = ?", run);
  }

  /// For a run that goes on.
  public static void unsettle(Handle handle, long run) {
    handle.execute(
        """
        delete from settled_metric settled using run_metric latest
        where latest.run = ?
          and (settled.key, settled.value, settled.run) = (latest.key, latest.value, latest.run)""",
        run);
    handle.execute("update run set settled = false, entries = null where id = ?", run);
  }

  /// Puts down beside settled runs what they logged, after that has changed.
  public static void note(Handle handle, Set<Long> runs) {
    if (runs.isEmpty()) {
      return;
    }
    handle
        .createUpdate("update run set entries = run_entries(id) where id = any(:runs) and settled")
        .bind("runs", Columns.of(runs.stream().mapToLong(Long::longValue).toArray()))
        .execute();
  }

  /// Removes the metrics of these points, before they change.
  ///
  /// @param late points that are logged to settled runs
  public static void remove(Handle handle, List<RunPoint> late) {
    execute(
        handle,
        """
        delete from settled_metric settled using (%s) as newest
        where (settled.key, settled.value, settled.run) = (newest.key, newest.value, newest.run)""",
        late);
  }

  /// Adds them again, as they are then.
  public static void add(Handle handle, List<RunPoint> late) {
    execute(handle, "insert into settled_metric (key, value, run) %s", late);
  }

  private static void execute(Handle handle, String sql, List<RunPoint> points) {
    if (points.isEmpty()) {
      return;
    }
    handle
        .createUpdate(sql.formatted(NEWEST))
        .bind("runs", Columns.of(points.stream().mapToLong(RunPoint::run).toArray()))
        .bind("keys", Columns.of(points.stream().mapToInt(RunPoint::key).toArray()))
        .execute();
  }
}
