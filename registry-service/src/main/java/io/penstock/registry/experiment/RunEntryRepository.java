package io.penstock.registry.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.dataset.DatasetName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Parameters, tags and data inputs of runs. Each write is one statement, whatever the number of
/// its rows; a page of runs is read by one query per table.
final class RunEntryRepository {

  private record Entry(long run, String key, String value) {}

  private record Input(long run, RunInput input) {}

  private RunEntryRepository() {}

  /// Stores the parameters that are new and gives back what is stored now under the keys given.
  static Map<String, String> addParams(Handle handle, long run, Map<String, String> params) {
    insert(
        handle, "insert into run_param (run, key, value) %s on conflict do nothing", run, params);
    return handle
        .createQuery("select key, value from run_param where run = :run and key = any(:keys)")
        .bind("run", run)
        .bindArray("keys", String.class, params.keySet())
        .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static void putTags(Handle handle, long run, Map<String, String> tags) {
    insert(
        handle,
        """
        insert into run_tag (run, key, value) %s
        on conflict (run, key) do update set value = excluded.value""",
        run,
        tags);
  }

  // Sorted: two calls that write the same keys take the row locks in the same order.
  private static void insert(Handle handle, String sql, long run, Map<String, String> entries) {
    var sorted = new TreeMap<>(entries);
    handle
        .createUpdate(
            sql.formatted("select :run, * from unnest(:keys, :values) as entry (key, value)"))
        .bind("run", run)
        .bindArray("keys", String.class, sorted.keySet())
        .bindArray("values", String.class, sorted.values())
        .execute();
  }

  static void addInputs(Handle handle, long run, List<RunInput> inputs) {
    handle
        .createUpdate(
            """
            insert into run_input (run, dataset_id, sha256, context)
            select distinct :run, * from unnest(:datasets, :hashes, :contexts)
              as input (dataset_id, sha256, context)
            order by 2, 3, 4
            on conflict do nothing""")
        .bind("run", run)
        .bindArray("datasets", String.class, each(inputs, input -> input.dataset().datasetId()))
        .bindArray("hashes", String.class, each(inputs, input -> input.dataset().sha256()))
        .bindArray("contexts", String.class, each(inputs, RunInput::context))
        .execute();
  }

  private static List<String> each(List<RunInput> inputs, Function<RunInput, String> part) {
    return inputs.stream().map(part).toList();
  }

  static Map<Long, Map<String, String>> params(Handle handle, Collection<Long> runs) {
    return texts(handle, "select run, key, value from run_param where run = any(:runs)", runs);
  }

  static Map<Long, Map<String, String>> tags(Handle handle, Collection<Long> runs) {
    return texts(handle, "select run, key, value from run_tag where run = any(:runs)", runs);
  }

  private static Map<Long, Map<String, String>> texts(
      Handle handle, String sql, Collection<Long> runs) {
    return handle
        .createQuery(sql)
        .bindArray("runs", Long.class, runs)
        .map((row, _) -> new Entry(row.getLong(1), row.getString(2), row.getString(3)))
        .collect(groupingBy(Entry::run, toMap(Entry::key, Entry::value)));
  }

  static Map<Long, List<RunInput>> inputs(Handle handle, Collection<Long> runs) {
    return handle
        .createQuery(
            """
            select run, dataset_id, sha256, context from run_input where run = any(:runs)
            order by dataset_id, sha256, context""")
        .bindArray("runs", Long.class, runs)
        .map(
            (row, _) ->
                new Input(
                    row.getLong(1),
                    new RunInput(
                        new DatasetName(row.getString(2), row.getString(3)), row.getString(4))))
        .collect(groupingBy(Input::run, mapping(Input::input, toList())));
  }
}
