package io.penstock.registry.loggedmodel;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Parameters, tags and registrations of logged models: one statement a write, one query a table
/// for any number of models.
final class LoggedModelEntryRepository {

  private record Entry(String model, String key, String value) {}

  private record Registered(String model, Registration registration) {}

  private LoggedModelEntryRepository() {}

  /// Stores the parameters that are new and gives back what is stored now under the keys given.
  static Map<String, String> addParams(Handle handle, String model, Map<String, String> params) {
    insert(
        handle,
        "insert into logged_model_param (model, key, value) %s on conflict do nothing",
        model,
        params);
    return handle
        .createQuery(
            "select key, value from logged_model_param where model = :model and key = any(:keys)")
        .bind("model", model)
        .bindArray("keys", String.class, params.keySet())
        .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static void putTags(Handle handle, String model, Map<String, String> tags) {
    insert(
        handle,
        """
        insert into logged_model_tag (model, key, value) %s
        on conflict (model, key) do update set value = excluded.value""",
        model,
        tags);
  }

  // Sorted: two calls that write the same keys take the row locks in the same order.
  private static void insert(Handle handle, String sql, String model, Map<String, String> entries) {
    var sorted = new TreeMap<>(entries);
    handle
        .createUpdate(
            sql.formatted("select :model, * from unnest(:keys, :values) as entry (key, value)"))
        .bind("model", model)
        .bindArray("keys", String.class, sorted.keySet())
        .bindArray("values", String.class, sorted.values())
        .execute();
  }

  /// False where the model has no such tag.
  static boolean deleteTag(Handle handle, String model, String key) {
    return handle
            .createUpdate("delete from logged_model_tag where model = :model and key = :key")
            .bind("model", model)
            .bind("key", key)
            .execute()
        == 1;
  }

  static Map<String, Map<String, String>> params(Handle handle, Collection<String> models) {
    return texts(
        handle,
        "select model, key, value from logged_model_param where model = any(:models)",
        models);
  }

  static Map<String, Map<String, String>> tags(Handle handle, Collection<String> models) {
    return texts(
        handle,
        "select model, key, value from logged_model_tag where model = any(:models)",
        models);
  }

  private static Map<String, Map<String, String>> texts(
      Handle handle, String sql, Collection<String> models) {
    return handle
        .createQuery(sql)
        .bindArray("models", String.class, models)
        .map((row, _) -> new Entry(row.getString(1), row.getString(2), row.getString(3)))
        .collect(groupingBy(Entry::model, toMap(Entry::key, Entry::value)));
  }

  /// The versions that were registered from a logged model.
  static Map<String, List<Registration>> registrations(Handle handle, Collection<String> models) {
    return handle
        .createQuery(
            """
            select version.logged_model, model.name, version.number
            from model_version version join model on model.id = version.model
            where version.logged_model = any(:models)
              and version.delete_time is null and model.delete_time is null
            order by model.name, version.number""")
        .bindArray("models", String.class, models)
        .map(
            (row, _) ->
                new Registered(
                    row.getString(1), new Registration(row.getString(2), row.getLong(3))))
        .collect(groupingBy(Registered::model, mapping(Registered::registration, toList())));
  }
}
