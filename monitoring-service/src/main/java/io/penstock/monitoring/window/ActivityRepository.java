package io.penstock.monitoring.window;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// The table of how far each version's events have come.
@Singleton
public final class ActivityRepository {

  private final Jdbi jdbi;

  ActivityRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  public List<Activity> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from version_activity order by version_id")
                .map((row, _) -> activity(row))
                .list());
  }

  public Optional<Activity> find(int versionId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from version_activity where version_id = :version")
                .bind("version", versionId)
                .map((row, _) -> activity(row))
                .findOne());
  }

  private static Activity activity(ResultSet row) throws SQLException {
    return new Activity(
        row.getInt("version_id"),
        Rows.instant(row, "watermark"),
        Rows.instant(row, "predictions_at"),
        Rows.instant(row, "labels_at"));
  }
}
