package io.penstock.monitoring.alert;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The tables of alert states and notifications.
@Singleton
final class AlertRepository {

  /// A stored notification.
  record Stored(long sequence, byte[] event) {}

  private final Jdbi jdbi;

  AlertRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Makes whoever else reads alerts of this version wait until the transaction ends, so that none
  /// is told twice.
  void lock(Handle handle, int versionId) {
    handle
        .createQuery("select pg_advisory_xact_lock(hashtext('penstock.alerts'), :version)")
        .bind("version", versionId)
        .mapTo(String.class)
        .one();
  }

  /// How an alert stands.
  Optional<AlertState> state(Handle handle, int versionId, AlertReading reading) {
    return handle
        .createQuery(
            """
            select firing, window_start, since from alert_state
            where version_id = :version and kind = :kind and subject = :subject""")
        .bind("version", versionId)
        .bind("kind", reading.kind().name())
        .bind("subject", reading.subject())
        .map((row, _) -> state(row))
        .findOne();
  }

  void save(Handle handle, int versionId, AlertReading reading, AlertState state) {
    handle
        .createUpdate(
            """
            insert into alert_state values (:version, :kind, :subject, :firing, :window, :since)
            on conflict (version_id, kind, subject) do update set
              firing = excluded.firing, window_start = excluded.window_start, since = excluded.since""")
        .bind("version", versionId)
        .bind("kind", reading.kind().name())
        .bind("subject", reading.subject())
        .bind("firing", state.firing())
        .bind("window", state.window().atOffset(ZoneOffset.UTC))
        .bind("since", state.since().atOffset(ZoneOffset.UTC))
        .execute();
  }

  /// Adds a notification; one that is there already stays.
  void append(Handle handle, UUID id, String model, byte[] event, Instant now, boolean deliver) {
    handle
        .createUpdate(
            """
            insert into alert_notification (alert_id, model, event, created_at, delivery, attempts, next_attempt_at)
            values (:id, :model, :event, :now, :delivery, 0, :now)
            on conflict (alert_id) do nothing""")
        .bind("id", id)
        .bind("model", model)
        .bind("event", event)
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .bind("delivery", deliver ? "pending" : "none")
        .execute();
  }

  /// Notifications, newest first, of one model or of all.
  Page<Stored> list(String model, PageRequest page) {
    var rows =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        select sequence, event from alert_notification
                        where (:model = '' or model = :model) and sequence < :before
                        order by sequence desc limit :limit""")
                    .bind("model", model)
                    .bind("before", page.after(Long.MAX_VALUE, PageKey::number))
                    .bind("limit", page.fetchSize())
                    .map((row, _) -> new Stored(row.getLong("sequence"), row.getBytes("event")))
                    .list());
    return page.page(rows, row -> List.of(row.sequence()));
  }

  private static AlertState state(ResultSet row) throws SQLException {
    return new AlertState(
        row.getBoolean("firing"),
        row.getObject("window_start", OffsetDateTime.class).toInstant(),
        row.getObject("since", OffsetDateTime.class).toInstant());
  }
}
