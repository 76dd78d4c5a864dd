package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of experiments.
final class ExperimentRepository {

  private ExperimentRepository() {}

  /// False where the id or the name is taken.
  static boolean insert(Handle handle, Experiment experiment) {
    return handle
            .createUpdate(
                """
                insert into experiment (id, name, description, tags, artifact_location,
                  lifecycle_stage, create_ms, update_ms, created_by)
                values (:id, :name, :description, cast(:tags as jsonb), :location,
                  :lifecycle, :created, :updated, :by)
                on conflict do nothing""")
            .bind("id", experiment.id())
            .bind("name", experiment.name())
            .bind("description", experiment.description())
            .bind("tags", Tags.toJson(experiment.tags()))
            .bind("location", experiment.artifactLocation())
            .bind("lifecycle", experiment.lifecycle().text())
            .bind("created", experiment.createMs())
            .bind("updated", experiment.updateMs())
            .bind("by", experiment.createdBy())
            .execute()
        == 1;
  }

  static Optional<Experiment> find(Handle handle, String id) {
    return handle
        .createQuery("select * from experiment where id = :id")
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Those that are not deleted.
  static Page<Experiment> page(Handle handle, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from experiment where id > :after and lifecycle_stage = 'active'
                order by id limit :limit""")
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, experiment -> List.of(experiment.id()));
  }

  static Experiment read(ResultSet row) throws SQLException {
    return new Experiment(
        row.getString("id"),
        row.getString("name"),
        row.getString("description"),
        Tags.fromJson(row.getString("tags")),
        row.getString("artifact_location"),
        Lifecycle.of(row.getString("lifecycle_stage")),
        row.getLong("create_ms"),
        row.getLong("update_ms"),
        row.getString("created_by"));
  }
}
