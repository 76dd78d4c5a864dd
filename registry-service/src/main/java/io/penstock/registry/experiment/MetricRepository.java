package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// The history of metrics, and beside it the newest point of each.
final class MetricRepository {

  private static final String POINTS =
      """
      from unnest(:keys, :steps, :times, :values) with ordinality
        as point (key, step, micros, value, ordinal)""";

  private static final String TIME =
      "timestamptz 'epoch' + point.micros * interval '1 microsecond'";

  private MetricRepository() {}

  /// Adds points, all in one statement; a point that is there already is not added again.
  static void add(Handle handle, long run, List<MetricPoint> points) {
    var sql =
        "insert into metric_point (run, key, step, time, value)"
            + " select :run, key, step, %s, value %s order by 2, 3, 4, 5 on conflict do nothing";
    bind(handle.createUpdate(sql.formatted(TIME, POINTS)), run, points).execute();
  }

  /// Moves the latest value of each metric on to the newest of the points: the greatest step, then
  /// the latest time, then the last in the call. A point that is older than what is known changes
  /// nothing.
  static void raiseLatest(Handle handle, long run, List<MetricPoint> points) {
    var sql =
        """
        insert into run_metric as latest (run, key, step, time, value)
        select distinct on (key) :run, key, step, %s, value %s
        order by key, step desc, micros desc, ordinal desc
        on conflict (run, key) do update
          set step = excluded.step, time = excluded.time, value = excluded.value
          where (excluded.step, excluded.time) >= (latest.step, latest.time)""";
    bind(handle.createUpdate(sql.formatted(TIME, POINTS)), run, points).execute();
  }

  private static Update bind(Update update, long run, List<MetricPoint> points) {
    return update
        .bind("run", run)
        .bindArray("keys", String.class, each(points, MetricPoint::key))
        .bindArray("steps", Long.class, each(points, MetricPoint::step))
        .bindArray("times", Long.class, each(points, point -> micros(point.time())))
        .bindArray("values", Double.class, each(points, MetricPoint::value));
  }

  private static <T> List<T> each(List<MetricPoint> points, Function<MetricPoint, T> part) {
    return points.stream().map(part).toList();
  }

  /// In the order of step and time.
  static Page<MetricPoint> page(Handle handle, long run, String key, PageRequest page) {
    var after = page.after(Cursor.START, Cursor::read);
    var rows =
        handle
            .createQuery(
                """
                select key, step, time, value from metric_point
                where run = :run and key = :key and (step, time, value) > (:step, :time, :value)
                order by step, time, value limit :limit""")
            .bind("run", run)
            .bind("key", key)
            .bind("step", after.step())
            .bind("time", after.time())
            .bind("value", after.value())
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, point -> List.of(point.step(), point.time(), point.value()));
  }

  /// The place of the last point seen.
  private record Cursor(long step, Instant time, double value) {

    // Before the first timestamp of PostgreSQL and the first double.
    private static final Cursor START =
        new Cursor(Long.MIN_VALUE, Instant.parse("0001-01-01T00:00:00Z"), Double.NEGATIVE_INFINITY);

    static Cursor read(PageKey key) {
      return new Cursor(key.number(), key.time(), key.decimal());
    }
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static MetricPoint read(ResultSet row) throws SQLException {
    return new MetricPoint(
        row.getString("key"),
        row.getDouble("value"),
        row.getLong("step"),
        row.getTimestamp("time").toInstant());
  }
}
