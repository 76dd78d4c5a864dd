package io.penstock.monitoring.feedback;

import io.penstock.monitoring.feedback.Label.LabelKey;
import io.penstock.monitoring.window.ArrayColumn;
import io.penstock.monitoring.window.TrafficKey;
import io.penstock.monitoring.window.Variant;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The table of labels.
@Singleton
final class LabelRepository {

  /// A label that its window does not show yet, with the prediction it speaks of.
  ///
  /// @param counted the label that the window shows now; null where it shows none
  /// @param scores of the prediction, by row
  record Due(
      LabelKey key, double label, @Nullable Double counted, TrafficKey place, byte[] scores) {}

  /// Stores labels, one a row; of two of the same row the one observed later stays.
  void save(Handle handle, List<Label> labels, Instant receivedAt) {
    handle
        .createUpdate(
            """
            insert into label as known
            select id, row_index, label, observed_at, null, :receivedAt
            from unnest(:ids, :rows, :labels, cast(:observed as timestamptz[])) as given (id, row_index, label, observed_at)
            order by id, row_index
            on conflict (prediction_id, row_index) do update set
              label = excluded.label, observed_at = excluded.observed_at, received_at = excluded.received_at
            where known.observed_at <= excluded.observed_at""")
        .bind("ids", ArrayColumn.of("uuid", labels, label -> label.key().predictionId()))
        .bind("rows", ArrayColumn.of("int4", labels, label -> label.key().row()))
        .bind("labels", ArrayColumn.of("float8", labels, Label::value))
        .bind("observed", ArrayColumn.of("text", labels, label -> label.observedAt().toString()))
        .bind("receivedAt", receivedAt.atOffset(ZoneOffset.UTC))
        .execute();
  }

  /// Locks and reads the labels of the given predictions that are not counted, or counted with
  /// another value. Whoever comes second finds them counted.
  List<Due> due(Handle handle, Collection<UUID> predictions) {
    return handle
        .createQuery(
            """
            with due as (
              select prediction_id, row_index, label, counted from label
              where prediction_id = any(:ids) and label is distinct from counted
              order by prediction_id, row_index for update)
            select due.*, version_id, window_start, window_end, variant, release_revision, scores
            from due join prediction using (prediction_id)""")
        .bind("ids", ArrayColumn.of("uuid", predictions, id -> id))
        .map((row, _) -> due(row))
        .list();
  }

  /// Remembers that the windows show these labels.
  void counted(Handle handle, List<Due> labels) {
    handle
        .createUpdate(
            """
            update label set counted = label
            from unnest(:ids, :rows) as done (id, row_number)
            where prediction_id = id and row_index = row_number""")
        .bind("ids", ArrayColumn.of("uuid", labels, label -> label.key().predictionId()))
        .bind("rows", ArrayColumn.of("int4", labels, label -> label.key().row()))
        .execute();
  }

  /// Notes that labels of these versions came.
  void touch(Handle handle, Collection<Integer> versions, Instant now) {
    handle
        .createUpdate(
            """
            update version_activity set labels_at = greatest(labels_at, :now)
            where version_id in (
              select version_id from version_activity where version_id = any(:versions) order by version_id for update)""")
        .bind("versions", ArrayColumn.of("int4", versions, version -> version))
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .execute();
  }

  private static Due due(ResultSet row) throws SQLException {
    double counted = row.getDouble("counted");
    return new Due(
        new LabelKey(row.getObject("prediction_id", UUID.class), row.getInt("row_index")),
        row.getDouble("label"),
        row.getObject("counted") == null ? null : counted,
        place(row),
        row.getBytes("scores"));
  }

  private static TrafficKey place(ResultSet row) throws SQLException {
    return new TrafficKey(
        row.getInt("version_id"),
        new Window(instant(row, "window_start"), instant(row, "window_end")),
        Variant.of(row.getInt("variant")),
        row.getLong("release_revision"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
