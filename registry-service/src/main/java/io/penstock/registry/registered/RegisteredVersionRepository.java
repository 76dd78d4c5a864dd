package io.penstock.registry.registered;

import static java.util.stream.Collectors.toMap;

import io.penstock.registry.Tags;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// The table of versions as far as MLflow clients see and change it.
final class RegisteredVersionRepository {

  private static final String SELECT =
      """
      select version.*, model.name as model_name, (
          select coalesce(jsonb_object_agg(key, value), '{}') from model_version_tag tag
          where tag.model = version.model and tag.number = version.number) as tags, array(
          select alias from model_alias alias
          where alias.model = version.model and alias.number = version.number
          order by alias) as aliases
      from model_version version join model on model.id = version.model""";

  private static final String THERE =
      " and version.delete_time is null and model.delete_time is null";

  private RegisteredVersionRepository() {}

  static Optional<RegisteredVersion> find(Handle handle, String model, long number) {
    return handle
        .createQuery(SELECT + " where model.name = :model and number = :number" + THERE)
        .bind("model", model)
        .bind("number", number)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The version, whose row this transaction alone may change.
  static Optional<RegisteredVersion> lock(Handle handle, String model, long number) {
    return handle
        .createQuery(
            SELECT
                + " where model.name = :model and number = :number"
                + THERE
                + " for no key update of version")
        .bind("model", model)
        .bind("number", number)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<RegisteredVersion> findByAlias(Handle handle, String model, String alias) {
    return handle
        .createQuery(
            SELECT
                + """
                 join model_alias wanted
                  on wanted.model = version.model and wanted.number = version.number
                where model.name = :model and wanted.alias = :alias"""
                + THERE)
        .bind("model", model)
        .bind("alias", alias)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The newest version of a model, whatever its stage.
  static Optional<RegisteredVersion> findNewest(Handle handle, String model) {
    return handle
        .createQuery(
            SELECT + " where model.name = :model" + THERE + " order by number desc limit 1")
        .bind("model", model)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The versions of these names, in their order; those that do not exist are left out.
  static List<RegisteredVersion> find(Handle handle, List<VersionName> names) {
    Map<VersionName, RegisteredVersion> versions =
        handle
            .createQuery(
                SELECT
                    + """
                     join unnest(:models, :numbers) as wanted (model, number)
                      on wanted.model = version.model and wanted.number = version.number
                    where true"""
                    + THERE)
            .bindArray("models", String.class, names.stream().map(VersionName::model).toList())
            .bindArray("numbers", Long.class, names.stream().map(VersionName::number).toList())
            .map((row, _) -> read(row))
            .collect(toMap(RegisteredVersion::id, Function.identity()));
    return names.stream().map(versions::get).filter(Objects::nonNull).toList();
  }

  /// The newest ready version of each stage of these models: one step into an index each, however
  /// many versions there are.
  static List<RegisteredVersion> latest(Handle handle, List<String> models) {
    return handle
        .createQuery(
            SELECT
                + """
                 join (
                  select newest.model, newest.number
                  from unnest(:models) as wanted (model)
                  cross join unnest(:stages) as stage (stage)
                  cross join lateral (
                    select model, number from model_version
                    where model_version.model = wanted.model and model_version.stage = stage.stage
                      and delete_time is null and status = 'READY'
                    order by number desc limit 1) newest) newest
                  on newest.model = version.model and newest.number = version.number
                order by version.number""")
        .bindArray("models", String.class, models)
        .bindArray("stages", String.class, Arrays.stream(Stage.values()).map(Enum::name).toList())
        .map((row, _) -> read(row))
        .list();
  }

  static void describe(Handle handle, VersionName version, String description, Instant now) {
    handle
        .createUpdate(
            """
            update model_version
            set description = :description, update_time = :time, edition = edition + 1
            where model = :model and number = :number""")
        .bind("description", description)
        .bind("time", now)
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
  }

  /// Takes the version from everybody's view. What it was made of is no longer held fast, and what
  /// leads back to where it came from is gone.
  static void delete(Handle handle, VersionName version, Instant now) {
    for (var table : List.of("model_alias", "model_version_file")) {
      handle.execute(
          "delete from %s where model = ? and number = ?".formatted(table),
          version.model(),
          version.number());
    }
    handle
        .createUpdate(
            """
            update model_version
            set delete_time = :time, update_time = :time, description = '', status_message = '',
              source = 'REDACTED-SOURCE-PATH', location = 'REDACTED-SOURCE-PATH',
              run_id = 'REDACTED-RUN-ID', run_link = 'REDACTED-RUN-LINK'
            where model = :model and number = :number""")
        .bind("time", now)
        .bind("model", version.model())
        .bind("number", version.number())
        .execute();
  }

  static void putTag(Handle handle, VersionName version, String key, String value) {
    handle.execute(
        """
        insert into model_version_tag (model, number, key, value) values (?, ?, ?, ?)
        on conflict (model, number, key) do update set value = excluded.value""",
        version.model(),
        version.number(),
        key,
        value);
  }

  static void deleteTag(Handle handle, VersionName version, String key) {
    handle.execute(
        "delete from model_version_tag where model = ? and number = ? and key = ?",
        version.model(),
        version.number(),
        key);
  }

  private static RegisteredVersion read(ResultSet row) throws SQLException {
    return new RegisteredVersion(
        new VersionName(row.getString("model"), row.getLong("number")),
        row.getString("model_name"),
        Stage.valueOf(row.getString("stage")),
        row.getString("description"),
        text(row, "source"),
        text(row, "location"),
        text(row, "run_id"),
        text(row, "run_link"),
        Optional.ofNullable(row.getString("logged_model")),
        VersionStatus.valueOf(row.getString("status")),
        row.getString("status_message"),
        Tags.fromJson(row.getString("tags")),
        texts(row.getArray("aliases")),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("update_time").toInstant(),
        row.getString("created_by"));
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).orElse("");
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
