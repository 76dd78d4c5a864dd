package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The table of traffic by version, window, variant and revision.
@Singleton
public final class TrafficRepository {

  /// Adds counts to what is stored.
  public void add(Handle handle, SortedMap<TrafficKey, TrafficCounts> counts) {
    if (counts.isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            """
            insert into traffic_window as known values (:version, :start, :end, :variant, :revision, :requests, :rows, :errors,
              :latency, :scoreSum, :scoreCount, :first, :last)
            on conflict (version_id, window_start, window_end, variant, release_revision) do update set
              requests = known.requests + excluded.requests,
              prediction_rows = known.prediction_rows + excluded.prediction_rows,
              errors = known.errors + excluded.errors,
              latency = add_counts(known.latency, excluded.latency),
              score_sum = known.score_sum + excluded.score_sum,
              score_count = known.score_count + excluded.score_count,
              first_served = least(known.first_served, excluded.first_served),
              last_served = greatest(known.last_served, excluded.last_served)""");
    counts.forEach(
        (key, count) ->
            Rows.bind(batch, key)
                .bind("requests", count.requests())
                .bind("rows", count.rows())
                .bind("errors", count.errors())
                .bindArray("latency", Long.class, Rows.boxed(count.latency().buckets()))
                .bind("scoreSum", count.scoreSum())
                .bind("scoreCount", count.scoreCount())
                .bind("first", Objects.requireNonNull(count.firstServed()).atOffset(ZoneOffset.UTC))
                .bind("last", Objects.requireNonNull(count.lastServed()).atOffset(ZoneOffset.UTC))
                .add());
    batch.execute();
  }

  /// The traffic of a version whose windows touch the given stretch, window by window.
  public SortedMap<Window, TrafficCounts> byWindow(Handle handle, int versionId, Window range) {
    var windows = new TreeMap<Window, TrafficCounts>();
    handle
        .createQuery(
            """
            select * from traffic_window
            where version_id = :version and window_start < :to and window_end > :from""")
        .bind("version", versionId)
        .bind("from", range.start().atOffset(ZoneOffset.UTC))
        .bind("to", range.end().atOffset(ZoneOffset.UTC))
        .map((row, _) -> Map.entry(Rows.window(row), counts(row)))
        .forEach(
            entry -> windows.merge(entry.getKey(), entry.getValue(), TrafficRepository::merged));
    return windows;
  }

  /// Everything that a version answered in one role since a revision.
  public TrafficCounts since(Handle handle, int versionId, Variant variant, long revision) {
    return handle
        .createQuery(
            """
            select * from traffic_window
            where version_id = :version and variant = :variant and release_revision >= :revision""")
        .bind("version", versionId)
        .bind("variant", variant.code())
        .bind("revision", revision)
        .map((row, _) -> counts(row))
        .reduce(new TrafficCounts(), TrafficRepository::merged);
  }

  /// The newest window with enough requests to say something.
  public Optional<Window> latest(Handle handle, int versionId, long minRequests) {
    return handle
        .createQuery(
            """
            select window_start, window_end from traffic_window where version_id = :version
            group by window_start, window_end having sum(requests) >= :least
            order by window_start desc limit 1""")
        .bind("version", versionId)
        .bind("least", minRequests)
        .map((row, _) -> Rows.window(row))
        .findOne();
  }

  private static TrafficCounts merged(TrafficCounts sum, TrafficCounts more) {
    sum.add(more);
    return sum;
  }

  private static TrafficCounts counts(ResultSet row) throws SQLException {
    var counts = new TrafficCounts();
    counts.add(
        row.getLong("requests"),
        row.getLong("prediction_rows"),
        row.getLong("errors"),
        Rows.longs(row, "latency"),
        row.getDouble("score_sum"),
        row.getLong("score_count"));
    counts.served(Rows.instant(row, "first_served"), Rows.instant(row, "last_served"));
    return counts;
  }
}
