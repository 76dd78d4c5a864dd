package io.penstock.registry.metric;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The history of metrics, and beside it the newest point of each.
public final class MetricRepository {

  private static final String POINTS =
      """
      select * from unnest(:runs, :keys, :steps, :times, :values)
        as point (run, key, step, time_ms, value)""";

  private MetricRepository() {}

  /// Adds points; one that is there already is a violation of the primary key.
  public static void add(Handle handle, List<RunPoint> history) {
    insert(handle, "insert into metric_point (run, key, step, time_ms, value) " + POINTS, history);
  }

  /// Adds the points that are not there already.
  public static void addMissing(Handle handle, List<RunPoint> history) {
    var sql =
        "insert into metric_point (run, key, step, time_ms, value) "
            + POINTS
            + " on conflict do nothing";
    insert(handle, sql, history);
  }

  /// Moves each metric on to its point: the greatest step, then the latest time, then the greatest
  /// value. A point that is older than what is known changes nothing.
  public static void raiseLatest(Handle handle, List<RunPoint> latest) {
    var sql =
        "insert into run_metric as latest (run, key, step, time_ms, value) "
            + POINTS
            + """
             on conflict (run, key) do update
              set step = excluded.step, time_ms = excluded.time_ms, value = excluded.value
              where (excluded.step, excluded.time_ms, excluded.value)
                > (latest.step, latest.time_ms, latest.value)""";
    insert(handle, sql, latest);
  }

  // In the order of the list: whoever writes the same rows takes their locks in one order.
  private static void insert(Handle handle, String sql, List<RunPoint> points) {
    handle
        .createUpdate(sql)
        .bind("runs", Columns.of(points.stream().mapToLong(RunPoint::run).toArray()))
        .bind("keys", Columns.of(points.stream().mapToInt(RunPoint::key).toArray()))
        .bind("steps", Columns.of(points.stream().mapToLong(RunPoint::step).toArray()))
        .bind("times", Columns.of(points.stream().mapToLong(RunPoint::timeMs).toArray()))
        .bind("values", Columns.of(points.stream().mapToDouble(RunPoint::value).toArray()))
        .execute();
  }

  /// The newest points of all metrics of the runs.
  public static List<RunPoint> latest(Handle handle, Collection<Long> runs) {
    return handle
        .createQuery(
            "select run, key, value, step, time_ms from run_metric where run = any(:runs)"
                + " order by run, key")
        .bindArray("runs", Long.class, runs)
        .map((row, _) -> read(row))
        .list();
  }

  /// In the order of time, then step.
  public static Page<MetricPoint> page(Handle handle, long run, String key, PageRequest page) {
    var after = page.after(Cursor.START, Cursor::read);
    var rows =
        handle
            .createQuery(
                """
                select step, time_ms, value from metric_point
                where run = :run and key = (select id from metric_key where key = :key)
                  and (time_ms, step, value) > (:time, :step, :value)
                order by time_ms, step, value limit :limit""")
            .bind("run", run)
            .bind("key", key)
            .bind("step", after.step())
            .bind("time", after.timeMs())
            .bind("value", after.value())
            .bind("limit", page.fetchSize())
            .map((row, _) -> new MetricPoint(key, row.getDouble(3), row.getLong(1), row.getLong(2)))
            .list();
    return page.page(rows, point -> List.of(point.timeMs(), point.step(), point.value()));
  }

  /// In the order of the calls that logged them, those of one call in the order of time. No column
  /// tells it; but points are never altered, so it is the order of the transactions that wrote
  /// them.
  public static List<MetricPoint> asLogged(Handle handle, long run, String key, int most) {
    return handle
        .createQuery(
            """
            select step, time_ms, value from metric_point
            where run = :run and key = (select id from metric_key where key = :key)
            order by age(xmin) desc, ctid limit :most""")
        .bind("run", run)
        .bind("key", key)
        .bind("most", most)
        .map((row, _) -> new MetricPoint(key, row.getDouble(3), row.getLong(1), row.getLong(2)))
        .list();
  }

  /// The first points of a metric in the order of time, then step.
  public static List<RunPoint> first(Handle handle, long run, String key, int most) {
    return handle
        .createQuery(
            """
            select run, key, value, step, time_ms from metric_point
            where run = :run and key = (select id from metric_key where key = :key)
            order by time_ms, step, value limit :most""")
        .bind("run", run)
        .bind("key", key)
        .bind("most", most)
        .map((row, _) -> read(row))
        .list();
  }

  /// Of every run the first point of each of so many equal parts of its history in the order of
  /// steps, and the last point.
  public static List<RunPoint> sampled(
      Handle handle, Collection<Long> runs, String key, long firstStep, long lastStep, int parts) {
    return handle
        .createQuery(
            """
            with point as (
              select *, ntile(:parts) over history as part, lead(1) over history as another
              from metric_point
              where run = any(:runs) and key = (select id from metric_key where key = :key)
                and step between :first and :last
              window history as (partition by run order by step, time_ms, value)
            ), sample as (
              select *, lag(part) over (partition by run order by step, time_ms, value) as part_before
              from point
            )
            select run, key, value, step, time_ms from sample
            where part_before is distinct from part or another is null
            order by run, step, time_ms, value""")
        .bindArray("runs", Long.class, runs)
        .bind("key", key)
        .bind("first", firstStep)
        .bind("last", lastStep)
        .bind("parts", parts)
        .map((row, _) -> read(row))
        .list();
  }

  private static RunPoint read(ResultSet row) throws SQLException {
    return new RunPoint(
        row.getLong(1), row.getInt(2), row.getDouble(3), row.getLong(4), row.getLong(5));
  }

  /// The place of the last point seen.
  private record Cursor(long timeMs, long step, double value) {

    private static final Cursor START =
        new Cursor(Long.MIN_VALUE, Long.MIN_VALUE, Double.NEGATIVE_INFINITY);

    static Cursor read(PageKey key) {
      return new Cursor(key.number(), key.number(), key.decimal());
    }
  }
}
