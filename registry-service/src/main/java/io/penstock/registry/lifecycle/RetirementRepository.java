package io.penstock.registry.lifecycle;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.version.ModelVersion.Retirement;
import io.penstock.registry.version.VersionName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The dates of retirements, which are columns of the versions.
final class RetirementRepository {

  private RetirementRepository() {}

  static void set(Handle handle, VersionName version, Retirement retirement) {
    set(handle, version, retirement.time(), retirement.reason());
  }

  static void clear(Handle handle, VersionName version) {
    set(handle, version, null, "");
  }

  private static void set(
      Handle handle, VersionName version, @Nullable Instant time, String reason) {
    handle
        .createUpdate(
            """
            update model_version
            set retire_time = :time, retire_reason = :reason, edition = edition + 1
            where model = :model and number = :number""")
        .bind("time", time)
        .bind("reason", reason)
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
  }

  static void append(
      Handle handle,
      VersionName version,
      Optional<Instant> retireTime,
      String reason,
      String by,
      Instant now) {
    handle
        .createUpdate(
            """
            insert into retirement_change (model, number, retire_time, reason, changed_by, time)
            values (:model, :number, :retireTime, :reason, :by, :time)""")
        .bind("model", version.model())
        .bind("number", version.number())
        .bind("retireTime", retireTime.orElse(null))
        .bind("reason", reason)
        .bind("by", by)
        .bind("time", now)
        .execute();
  }

  /// Newest first.
  static Page<RetirementChange> changes(Handle handle, VersionName version, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from retirement_change
                where model = :model and number = :number and id < :after
                order by id desc limit :limit""")
            .bind("model", version.model())
            .bind("number", version.number())
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> change(row))
            .list();
    return page.page(rows, change -> List.of(change.id()));
  }

  private static RetirementChange change(ResultSet row) throws SQLException {
    return new RetirementChange(
        row.getLong("id"),
        Optional.ofNullable(row.getTimestamp("retire_time")).map(Timestamp::toInstant),
        row.getString("reason"),
        row.getString("changed_by"),
        row.getTimestamp("time").toInstant());
  }

  static List<VersionName> overdue(Handle handle, Instant now) {
    return handle
        .createQuery(
            """
            select model, number from model_version
            where retire_time <= :now and stage <> 'ARCHIVED' and delete_time is null
            order by retire_time""")
        .bind("now", now)
        .map((row, _) -> new VersionName(row.getString("model"), row.getLong("number")))
        .list();
  }

  /// False where somebody has been told already.
  static boolean startAlert(Handle handle, VersionName version, Instant now) {
    return handle
            .createUpdate(
                """
                update model_version set retire_alert_time = :now
                where model = :model and number = :number and retire_alert_time is null""")
            .bind("now", now)
            .bind("model", version.model())
            .bind("number", version.number())
            .execute()
        == 1;
  }

  /// False where nobody was told.
  static boolean endAlert(Handle handle, VersionName version) {
    return handle
            .createUpdate(
                """
                update model_version set retire_alert_time = null
                where model = :model and number = :number and retire_alert_time is not null""")
            .bind("model", version.model())
            .bind("number", version.number())
            .execute()
        == 1;
  }
}
