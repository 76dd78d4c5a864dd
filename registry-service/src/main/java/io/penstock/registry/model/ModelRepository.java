package io.penstock.registry.model;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of models.
public final class ModelRepository {

  private ModelRepository() {}

  /// False where the id or the name is taken.
  static boolean insert(Handle handle, Model model) {
    return handle
        .createQuery(
            """
                with model as (
                  insert into model (id, name, description, owner, create_time, update_time)
                  values (:id, :name, :description, :owner, :time, :time)
                  on conflict do nothing returning id),
                tag as (
                  insert into model_tag (model, key, value)
                  select id, key, value from model
                    cross join unnest(:keys, :values) as tag (key, value))
                select id from model""")
        .bind("id", model.id())
        .bind("name", model.displayName())
        .bind("description", model.description())
        .bindArray("keys", String.class, List.copyOf(model.tags().keySet()))
        .bindArray("values", String.class, List.copyOf(model.tags().values()))
        .bind("owner", model.owner())
        .bind("time", model.createTime())
        .mapTo(String.class)
        .findOne()
        .isPresent();
  }

  /// Counts up, and keeps others who register a version of this model waiting until the transaction
  /// ends. Empty where there is no such model.
  static Optional<Long> nextVersion(Handle handle, String id, Instant time) {
    return takeNumbers(handle, id, 1, time);
  }

  /// Takes as many numbers as asked for; gives the last of them.
  public static Optional<Long> takeNumbers(Handle handle, String id, int count, Instant time) {
    return handle
        .createQuery(
            """
            update model set latest_version = latest_version + :count, update_time = :time
            where id = :id and delete_time is null returning latest_version""")
        .bind("id", id)
        .bind("count", count)
        .bind("time", time)
        .mapTo(Long.class)
        .findOne();
  }

  static Optional<Model> find(Handle handle, String id) {
    return handle
        .createQuery("select * from model where id = :id")
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Page<Model> page(Handle handle, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from model where id > :after and delete_time is null
                order by id limit :limit""")
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, model -> List.of(model.id()));
  }

  private static Model read(ResultSet row) throws SQLException {
    return new Model(
        row.getString("id"),
        row.getString("name"),
        row.getString("description"),
        Tags.fromJson(row.getString("tags")),
        row.getString("owner"),
        row.getLong("latest_version"),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("update_time").toInstant());
  }
}
