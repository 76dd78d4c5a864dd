package io.penstock.registry.registered;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of models, asked by name. A deleted model has none.
final class RegisteredModelRepository {

  /// What [#read] reads of the table.
  static final String COLUMNS =
      """
      model.*, (
          select coalesce(jsonb_object_agg(alias, number::text), '{}') from model_alias
          where model_alias.model = model.id) as aliases""";

  private RegisteredModelRepository() {}

  /// The id of the model of that name, whose row this transaction alone may change. Whoever wants a
  /// name for itself too takes that before.
  static Optional<String> lock(Handle handle, String name) {
    return handle
        .createQuery(
            """
            select id from model where name = :name and delete_time is null
            for no key update""")
        .bind("name", name)
        .mapTo(String.class)
        .findOne();
  }

  /// The model of this id.
  static Optional<RegisteredModel> find(Handle handle, String id) {
    var model =
        handle
            .createQuery(
                "select %s from model where id = :id and delete_time is null".formatted(COLUMNS))
            .bind("id", id)
            .map((row, _) -> read(row))
            .findOne();
    return withVersions(handle, model.stream().toList()).stream().findFirst();
  }

  /// The models with their newest versions, which one query reads for all of them.
  static List<RegisteredModel> withVersions(Handle handle, List<RegisteredModel> models) {
    var latest =
        RegisteredVersionRepository.latest(
                handle, models.stream().map(RegisteredModel::id).toList())
            .stream()
            .collect(groupingBy(version -> version.id().model()));
    return models.stream()
        .map(model -> model.with(latest.getOrDefault(model.id(), List.of())))
        .toList();
  }

  /// Stores a model under the id; false where the id is taken by a model of another name, or was.
  static boolean insert(
      Handle handle, String id, String name, String description, String owner, Instant now) {
    return handle
            .createUpdate(
                """
                insert into model (id, name, description, owner, create_time, update_time)
                values (:id, :name, :description, :owner, :time, :time)
                on conflict (id) do nothing""")
            .bind("id", id)
            .bind("name", name)
            .bind("description", description)
            .bind("owner", owner)
            .bind("time", now)
            .execute()
        == 1;
  }

  static void rename(Handle handle, String id, String name, Instant now) {
    handle.execute("update model set name = ?, update_time = ? where id = ?", name, now, id);
  }

  static void describe(Handle handle, String id, String description, Instant now) {
    handle.execute(
        "update model set description = ?, update_time = ? where id = ?", description, now, id);
  }

  static void delete(Handle handle, String id, Instant now) {
    handle.execute("delete from model_alias where model = ?", id);
    handle.execute("delete from model_version_file where model = ?", id);
    handle.execute("update model set delete_time = ?, update_time = ? where id = ?", now, now, id);
  }

  static void putTags(Handle handle, String id, Map<String, String> tags) {
    handle
        .createUpdate(
            """
            insert into model_tag (model, key, value)
            select :model, key, value from unnest(:keys, :values) as tag (key, value)
            on conflict (model, key) do update set value = excluded.value""")
        .bind("model", id)
        .bindArray("keys", String.class, List.copyOf(tags.keySet()))
        .bindArray("values", String.class, List.copyOf(tags.values()))
        .execute();
  }

  static void deleteTag(Handle handle, String id, String key) {
    handle.execute("delete from model_tag where model = ? and key = ?", id, key);
  }

  static void putAlias(Handle handle, String id, String alias, long number) {
    handle.execute(
        """
        insert into model_alias (model, alias, number) values (?, ?, ?)
        on conflict (model, alias) do update set number = excluded.number""",
        id,
        alias,
        number);
  }

  /// False where there is no such alias.
  static boolean deleteAlias(Handle handle, String id, String alias) {
    return handle.execute("delete from model_alias where model = ? and alias = ?", id, alias) == 1;
  }

  static RegisteredModel read(ResultSet row) throws SQLException {
    return new RegisteredModel(
        row.getString("id"),
        row.getString("name"),
        row.getString("description"),
        Tags.fromJson(row.getString("tags")),
        Tags.fromJson(row.getString("aliases")).entrySet().stream()
            .collect(toMap(Map.Entry::getKey, alias -> Long.valueOf(alias.getValue()))),
        List.of(),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("update_time").toInstant());
  }
}
