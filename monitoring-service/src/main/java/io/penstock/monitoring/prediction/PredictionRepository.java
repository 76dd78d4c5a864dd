package io.penstock.monitoring.prediction;

import io.penstock.monitoring.version.MonitoredVersion;
import io.penstock.monitoring.window.ArrayColumn;
import io.penstock.monitoring.window.Scores;
import io.penstock.monitoring.window.Window;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The table of predictions that were counted.
@Singleton
final class PredictionRepository {

  /// A prediction with what it is stored under.
  record Placed(Prediction prediction, MonitoredVersion version, Window window) {}

  /// Stores those that are new, in one statement, and says which they were.
  Set<UUID> insert(Handle handle, List<Placed> predictions, Instant receivedAt) {
    return handle
        .createQuery(
            """
            insert into prediction
            select id, version_id, window_start, window_end, variant, revision, scores, :receivedAt
            from unnest(:ids, :versions, cast(:starts as timestamptz[]), cast(:ends as timestamptz[]), :variants, :revisions, :scores)
              as placed (id, version_id, window_start, window_end, variant, revision, scores)
            order by id
            on conflict do nothing
            returning prediction_id""")
        .bind("ids", ArrayColumn.of("uuid", predictions, p -> p.prediction().id()))
        .bind("versions", ArrayColumn.of("int4", predictions, p -> p.version().id()))
        .bind("starts", ArrayColumn.of("text", predictions, p -> p.window().start().toString()))
        .bind("ends", ArrayColumn.of("text", predictions, p -> p.window().end().toString()))
        .bind(
            "variants",
            ArrayColumn.of("int2", predictions, p -> (short) p.prediction().variant().code()))
        .bind("revisions", ArrayColumn.of("int8", predictions, p -> p.prediction().revision()))
        .bind(
            "scores",
            ArrayColumn.of("bytea", predictions, p -> Scores.toBytes(p.prediction().scores())))
        .bind("receivedAt", receivedAt.atOffset(ZoneOffset.UTC))
        .mapTo(UUID.class)
        .set();
  }

  /// Moves the versions' watermarks forward.
  void advance(Handle handle, Map<Integer, Instant> watermarks, Instant now) {
    var batch =
        handle.prepareBatch(
            """
            insert into version_activity as known values (:version, :watermark, :now, :now)
            on conflict (version_id) do update set
              watermark = greatest(known.watermark, excluded.watermark),
              predictions_at = greatest(known.predictions_at, excluded.predictions_at)""");
    watermarks.forEach(
        (version, watermark) ->
            batch
                .bind("version", version)
                .bind("watermark", watermark.atOffset(ZoneOffset.UTC))
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .add());
    batch.execute();
  }
}
