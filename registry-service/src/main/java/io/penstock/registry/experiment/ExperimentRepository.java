package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of experiments.
final class ExperimentRepository {

  private ExperimentRepository() {}

  /// False where the id is taken.
  static boolean insert(Handle handle, Experiment experiment) {
    return handle
            .createUpdate(
                """
                insert into experiment (id, description, tags, create_time, created_by)
                values (:id, :description, cast(:tags as jsonb), :time, :by)
                on conflict do nothing""")
            .bind("id", experiment.id())
            .bind("description", experiment.description())
            .bind("tags", Tags.toJson(experiment.tags()))
            .bind("time", experiment.createTime())
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

  static Page<Experiment> page(Handle handle, PageRequest page) {
    var rows =
        handle
            .createQuery("select * from experiment where id > :after order by id limit :limit")
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, experiment -> List.of(experiment.id()));
  }

  private static Experiment read(ResultSet row) throws SQLException {
    return new Experiment(
        row.getString("id"),
        row.getString("description"),
        Tags.fromJson(row.getString("tags")),
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }
}
