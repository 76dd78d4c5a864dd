package io.penstock.registry.loggedmodel;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of logged models; what belongs to them lies in [LoggedModelEntryRepository].
final class LoggedModelRepository {

  /// Where an experiment keeps its artifacts, and whether it still takes any.
  record Home(String artifactLocation, String lifecycleStage) {}

  private LoggedModelRepository() {}

  static Optional<Home> home(Handle handle, String experiment) {
    return handle
        .createQuery("select artifact_location, lifecycle_stage from experiment where id = :id")
        .bind("id", experiment)
        .map((row, _) -> new Home(row.getString(1), row.getString(2)))
        .findOne();
  }

  static void insert(Handle handle, LoggedModelRow model, String caller) {
    handle
        .createUpdate(
            """
            insert into logged_model (id, experiment, name, model_type, source_run, status,
              artifact_uri, create_ms, update_ms, created_by)
            values (:id, :experiment, :name, :type, :run, :status, :uri, :created, :updated, :by)""")
        .bind("id", model.id())
        .bind("experiment", model.experiment())
        .bind("name", model.name())
        .bind("type", model.modelType().orElse(null))
        .bind("run", model.sourceRun().orElse(null))
        .bind("status", model.status().name())
        .bind("uri", model.artifactUri())
        .bind("created", model.createMs())
        .bind("updated", model.updateMs())
        .bind("by", caller)
        .execute();
  }

  /// False where there is no such model.
  static boolean setStatus(Handle handle, String id, LoggedModelStatus status, long timeMs) {
    return handle
            .createUpdate(
                """
                update logged_model set status = :status, update_ms = :time
                where id = :id and not deleted""")
            .bind("status", status.name())
            .bind("time", timeMs)
            .bind("id", id)
            .execute()
        == 1;
  }

  /// False where there is no such model.
  static boolean delete(Handle handle, String id, long timeMs) {
    return handle
            .createUpdate(
                """
                update logged_model set deleted = true, update_ms = :time
                where id = :id and not deleted""")
            .bind("time", timeMs)
            .bind("id", id)
            .execute()
        == 1;
  }

  /// Holds the model so that it is not deleted before this transaction ends. False where there is
  /// none.
  static boolean hold(Handle handle, String id) {
    return handle
        .createQuery("select 1 from logged_model where id = :id and not deleted for share")
        .bind("id", id)
        .mapTo(int.class)
        .findOne()
        .isPresent();
  }

  static List<LoggedModelRow> find(Handle handle, Collection<String> ids) {
    return handle
        .createQuery("select * from logged_model where id = any(:ids) and not deleted")
        .bindArray("ids", String.class, ids)
        .map((row, _) -> read(row))
        .list();
  }

  private static LoggedModelRow read(ResultSet row) throws SQLException {
    return new LoggedModelRow(
        row.getString("id"),
        row.getString("experiment"),
        row.getString("name"),
        Optional.ofNullable(row.getString("model_type")),
        Optional.ofNullable(row.getString("source_run")),
        LoggedModelStatus.valueOf(row.getString("status")),
        row.getString("artifact_uri"),
        row.getLong("create_ms"),
        row.getLong("update_ms"));
  }
}
