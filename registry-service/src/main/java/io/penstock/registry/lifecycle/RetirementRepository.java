package io.penstock.registry.lifecycle;

import io.penstock.registry.version.ModelVersion.Retirement;
import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The dates of retirements, which are columns of the versions.
final class RetirementRepository {

  private RetirementRepository() {}

  static void set(Handle handle, VersionName version, Retirement retirement) {
    handle
        .createUpdate(
            """
            update model_version
            set retire_time = :time, retire_reason = :reason, edition = edition + 1
            where model = :model and number = :number""")
        .bind("time", retirement.time())
        .bind("reason", retirement.reason())
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
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
