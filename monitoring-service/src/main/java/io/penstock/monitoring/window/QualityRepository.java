package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The table of labelled scores by version, window, variant and revision.
@Singleton
public final class QualityRepository {

  /// Adds counts, which may be negative where labels were corrected, to what is stored.
  public void add(Handle handle, SortedMap<TrafficKey, QualityCounts> counts) {
    if (counts.isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            """
            insert into quality_window as known values (:version, :start, :end, :variant, :revision, :labels, :positives,
              :negatives, :correct, :squaredError)
            on conflict (version_id, window_start, window_end, variant, release_revision) do update set
              labels = known.labels + excluded.labels,
              positives = add_counts(known.positives, excluded.positives),
              negatives = add_counts(known.negatives, excluded.negatives),
              correct = known.correct + excluded.correct,
              squared_error = known.squared_error + excluded.squared_error""");
    counts.forEach(
        (key, count) ->
            Rows.bind(batch, key)
                .bind("labels", count.labels())
                .bindArray("positives", Long.class, Rows.boxed(count.positives()))
                .bindArray("negatives", Long.class, Rows.boxed(count.negatives()))
                .bind("correct", count.correct())
                .bind("squaredError", count.squaredError())
                .add());
    batch.execute();
  }

  /// The labelled scores of a version whose windows touch the given stretch, window by window.
  public SortedMap<Window, QualityCounts> byWindow(Handle handle, int versionId, Window range) {
    var windows = new TreeMap<Window, QualityCounts>();
    handle
        .createQuery(
            """
            select * from quality_window
            where version_id = :version and window_start < :to and window_end > :from""")
        .bind("version", versionId)
        .bind("from", range.start().atOffset(ZoneOffset.UTC))
        .bind("to", range.end().atOffset(ZoneOffset.UTC))
        .map((row, _) -> Map.entry(Rows.window(row), counts(row)))
        .forEach(
            entry -> windows.merge(entry.getKey(), entry.getValue(), QualityRepository::merged));
    return windows;
  }

  /// The labelled scores that a version gave in one role since a revision.
  public QualityCounts since(Handle handle, int versionId, Variant variant, long revision) {
    return handle
        .createQuery(
            """
            select * from quality_window
            where version_id = :version and variant = :variant and release_revision >= :revision""")
        .bind("version", versionId)
        .bind("variant", variant.code())
        .bind("revision", revision)
        .map((row, _) -> counts(row))
        .reduce(new QualityCounts(), QualityRepository::merged);
  }

  /// The newest window with enough labels to say something.
  public Optional<Window> latest(Handle handle, int versionId, long minLabels) {
    return handle
        .createQuery(
            """
            select window_start, window_end from quality_window where version_id = :version
            group by window_start, window_end having sum(labels) >= :least
            order by window_start desc limit 1""")
        .bind("version", versionId)
        .bind("least", minLabels)
        .map((row, _) -> Rows.window(row))
        .findOne();
  }

  private static QualityCounts merged(QualityCounts sum, QualityCounts more) {
    sum.add(more);
    return sum;
  }

  private static QualityCounts counts(ResultSet row) throws SQLException {
    var counts = new QualityCounts();
    counts.add(
        row.getLong("labels"),
        Rows.longs(row, "positives"),
        Rows.longs(row, "negatives"),
        row.getLong("correct"),
        row.getDouble("squared_error"));
    return counts;
  }
}
