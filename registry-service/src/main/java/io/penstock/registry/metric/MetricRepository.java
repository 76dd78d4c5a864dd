package io.penstock.registry.metric;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// The history of metrics, and beside it the newest point of each.
public final class MetricRepository {

  /// The newest point of a metric, under the numbers of its run and key.
  public record Latest(long run, int key, double value, long step, long timeMs) {}

  private static final String POINTS =
      """
      from unnest(:keys, :steps, :times, :values) as point (key, step, time_ms, value)""";

  private MetricRepository() {}

  /// Adds points, all in one statement; a point that is there already is not added again.
  public static void add(
      Handle handle, long run, List<MetricPoint> points, Map<String, Integer> keys) {
    var sql =
        """
        insert into metric_point (run, key, step, time_ms, value)
        select :run, key, step, time_ms, value %s order by 2, 3, 4, 5 on conflict do nothing""";
    bind(handle.createUpdate(sql.formatted(POINTS)), run, points, keys).execute();
  }

  /// Moves the latest value of each metric on to the newest of the points: the greatest step, then
  /// the latest time, then the greatest value. A point that is older than what is known changes
  /// nothing.
  public static void raiseLatest(
      Handle handle, long run, List<MetricPoint> points, Map<String, Integer> keys) {
    var sql =
        """
        insert into run_metric as latest (run, key, step, time_ms, value)
        select distinct on (key) :run, key, step, time_ms, value %s
        order by key, step desc, time_ms desc, value desc
        on conflict (run, key) do update
          set step = excluded.step, time_ms = excluded.time_ms, value = excluded.value
          where (excluded.step, excluded.time_ms, excluded.value)
            > (latest.step, latest.time_ms, latest.value)""";
    bind(handle.createUpdate(sql.formatted(POINTS)), run, points, keys).execute();
  }

  private static Update bind(
      Update update, long run, List<MetricPoint> points, Map<String, Integer> keys) {
    return update
        .bind("run", run)
        .bindArray("keys", Integer.class, each(points, point -> keys.get(point.key())))
        .bindArray("steps", Long.class, each(points, MetricPoint::step))
        .bindArray("times", Long.class, each(points, MetricPoint::timeMs))
        .bindArray("values", Double.class, each(points, MetricPoint::value));
  }

  private static <T> List<T> each(List<MetricPoint> points, Function<MetricPoint, T> part) {
    return points.stream().map(part).toList();
  }

  /// The newest points of all metrics of the runs.
  public static List<Latest> latest(Handle handle, Collection<Long> runs) {
    return handle
        .createQuery(
            "select run, key, value, step, time_ms from run_metric where run = any(:runs)"
                + " order by run, key")
        .bindArray("runs", Long.class, runs)
        .map(
            (row, _) ->
                new Latest(
                    row.getLong(1),
                    row.getInt(2),
                    row.getDouble(3),
                    row.getLong(4),
                    row.getLong(5)))
        .list();
  }

  /// In the order of step and time.
  public static Page<MetricPoint> page(Handle handle, long run, String key, PageRequest page) {
    var after = page.after(Cursor.START, Cursor::read);
    var rows =
        handle
            .createQuery(
                """
                select step, time_ms, value from metric_point
                where run = :run and key = (select id from metric_key where key = :key)
                  and (step, time_ms, value) > (:step, :time, :value)
                order by step, time_ms, value limit :limit""")
            .bind("run", run)
            .bind("key", key)
            .bind("step", after.step())
            .bind("time", after.timeMs())
            .bind("value", after.value())
            .bind("limit", page.fetchSize())
            .map((row, _) -> new MetricPoint(key, row.getDouble(3), row.getLong(1), row.getLong(2)))
            .list();
    return page.page(rows, point -> List.of(point.step(), point.timeMs(), point.value()));
  }

  /// The place of the last point seen.
  private record Cursor(long step, long timeMs, double value) {

    private static final Cursor START =
        new Cursor(Long.MIN_VALUE, Long.MIN_VALUE, Double.NEGATIVE_INFINITY);

    static Cursor read(PageKey key) {
      return new Cursor(key.number(), key.number(), key.decimal());
    }
  }
}
