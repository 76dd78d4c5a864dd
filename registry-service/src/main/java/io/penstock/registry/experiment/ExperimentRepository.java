package io.penstock.registry.experiment;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Columns;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// The table of experiments.
final class ExperimentRepository {

  /// What a new run has to know of its experiment.
  record Place(String artifactLocation, Lifecycle lifecycle) {}

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

  /// In the order of the ids.
  static List<Experiment> find(Handle handle, List<String> ids) {
    return handle
        .createQuery(
            """
            select experiment.* from unnest(:ids) with ordinality as wanted (id, place)
            join experiment using (id) order by place""")
        .bind("ids", Columns.of(ids))
        .map((row, _) -> read(row))
        .list();
  }

  static Optional<Experiment> findByName(Handle handle, String name) {
    return handle
        .createQuery("select * from experiment where name = :name")
        .bind("name", name)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The experiment, for this transaction alone.
  static Optional<Experiment> findAndHold(Handle handle, String id) {
    return handle
        .createQuery("select * from experiment where id = :id for no key update")
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Those of the experiments that exist, held so that they are as they are until this transaction
  /// ends.
  static Map<String, Place> hold(Handle handle, Collection<String> ids) {
    return handle
        .createQuery(
            """
            select id, artifact_location, lifecycle_stage from experiment
            where id = any(:ids) order by id for share""")
        .bind("ids", Columns.of(ids))
        .map(
            (row, _) ->
                Map.entry(
                    row.getString(1), new Place(row.getString(2), Lifecycle.of(row.getString(3)))))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// An id that no experiment has had yet.
  static String nextId(Handle handle) {
    return handle
        .createQuery("select nextval('experiment_number')")
        .mapTo(Long.class)
        .one()
        .toString();
  }

  /// False where another experiment has the name.
  static boolean rename(Handle handle, String id, String name, long nowMs) {
    return handle
            .createUpdate(
                """
                update experiment set name = :name, update_ms = :now
                where id = :id
                  and not exists (select from experiment where name = :name and id <> :id)""")
            .bind("id", id)
            .bind("name", name)
            .bind("now", nowMs)
            .execute()
        == 1;
  }

  static void setLifecycle(Handle handle, String id, Lifecycle lifecycle, long nowMs) {
    handle
        .createUpdate(
            "update experiment set lifecycle_stage = :stage, update_ms = :now where id = :id")
        .bind("id", id)
        .bind("stage", lifecycle.text())
        .bind("now", nowMs)
        .execute();
  }

  static void setTag(Handle handle, String id, String key, String value) {
    handle
        .createUpdate(
            "update experiment set tags = tags || jsonb_build_object(:key, :value) where id = :id")
        .bind("id", id)
        .bind("key", key)
        .bind("value", value)
        .execute();
  }

  static void deleteTag(Handle handle, String id, String key) {
    handle
        .createUpdate("update experiment set tags = tags - :key where id = :id")
        .bind("id", id)
        .bind("key", key)
        .execute();
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
