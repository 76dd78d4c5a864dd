package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The table of labelled scores by version, window, variant and revision.
@Singleton
public final class QualityRepository extends WindowTable<QualityCounts> {

  private static final String ADD =
      """
      insert into quality_window as known values (:version, :start, :end, :variant, :revision, :labels, :positives,
        :negatives, :correct, :squaredError, :rewards)
      on conflict (version_id, window_start, window_end, variant, release_revision) do update set
        labels = known.labels + excluded.labels,
        positives = add_counts(known.positives, excluded.positives),
        negatives = add_counts(known.negatives, excluded.negatives),
        correct = known.correct + excluded.correct,
        squared_error = known.squared_error + excluded.squared_error,
        rewards = known.rewards + excluded.rewards""";

  QualityRepository() {
    super("quality_window", "labels");
  }

  @Override
  String addition() {
    return ADD;
  }

  @Override
  void bind(PreparedBatch batch, QualityCounts counts) {
    batch
        .bind("labels", counts.labels())
        .bindArray("positives", Long.class, Rows.boxed(counts.positives()))
        .bindArray("negatives", Long.class, Rows.boxed(counts.negatives()))
        .bind("correct", counts.correct())
        .bind("squaredError", counts.squaredError())
        .bind("rewards", counts.rewards());
  }

  @Override
  QualityCounts read(ResultSet row) throws SQLException {
    var counts = new QualityCounts();
    counts.add(
        row.getLong("labels"),
        Rows.longs(row, "positives"),
        Rows.longs(row, "negatives"),
        row.getLong("correct"),
        row.getDouble("squared_error"),
        row.getDouble("rewards"));
    return counts;
  }

  @Override
  QualityCounts nothing() {
    return new QualityCounts();
  }

  @Override
  QualityCounts merge(QualityCounts sum, QualityCounts more) {
    sum.add(more);
    return sum;
  }
}
