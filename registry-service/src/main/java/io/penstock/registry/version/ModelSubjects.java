package io.penstock.registry.version;

import io.penstock.registry.webhook.ModelEvents;
import io.penstock.registry.webhook.ModelEvents.Subject;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Models as far as their events need to know them.
public final class ModelSubjects {

  private static final String SELECT =
      """
      select id, name, exists (
        select 1 from model_tag
        where model_tag.model = model.id and key = :tag and lower(value) = 'true') as prompt
      from model""";

  private ModelSubjects() {}

  /// The model that goes by that name now.
  public static Optional<Subject> named(Handle handle, String name) {
    return find(handle, " where name = :key and delete_time is null", name);
  }

  /// The model of an id, deleted or not.
  public static Optional<Subject> ofId(Handle handle, String id) {
    return find(handle, " where id = :key", id);
  }

  private static Optional<Subject> find(Handle handle, String where, String key) {
    return handle
        .createQuery(SELECT + where)
        .bind("key", key)
        .bind("tag", ModelEvents.IS_PROMPT)
        .map(
            (row, _) ->
                new Subject(row.getString("id"), row.getString("name"), row.getBoolean("prompt")))
        .findOne();
  }
}
