package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The table of traffic by version, window, variant and revision.
@Singleton
public final class TrafficRepository extends WindowTable<TrafficCounts> {

  private static final String ADD =
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
        last_served = greatest(known.last_served, excluded.last_served)""";

  TrafficRepository() {
    super("traffic_window", "requests");
  }

  @Override
  String addition() {
    return ADD;
  }

  @Override
  void bind(PreparedBatch batch, TrafficCounts counts) {
    batch
        .bind("requests", counts.requests())
        .bind("rows", counts.rows())
        .bind("errors", counts.errors())
        .bindArray("latency", Long.class, Rows.boxed(counts.latency().buckets()))
        .bind("scoreSum", counts.scoreSum())
        .bind("scoreCount", counts.scoreCount())
        .bind("first", Objects.requireNonNull(counts.firstServed()).atOffset(ZoneOffset.UTC))
        .bind("last", Objects.requireNonNull(counts.lastServed()).atOffset(ZoneOffset.UTC));
  }

  @Override
  TrafficCounts read(ResultSet row) throws SQLException {
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

  @Override
  TrafficCounts nothing() {
    return new TrafficCounts();
  }

  @Override
  TrafficCounts merge(TrafficCounts sum, TrafficCounts more) {
    sum.add(more);
    return sum;
  }
}
