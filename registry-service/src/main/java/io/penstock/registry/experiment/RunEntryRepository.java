package io.penstock.registry.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.Columns;
import io.penstock.registry.dataset.DatasetName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;

/// Parameters, tags and data inputs of runs. Each write is one statement, whatever the number of
/// its rows; a page of runs is read by one query per table.
final class RunEntryRepository {

  private record Entry(long run, String key, String value) {}

  private record Input(long run, RunInput input) {}

  private RunEntryRepository() {}

  /// Adds parameters that are not there yet.
  static void addParams(Handle handle, SortedMap<RunKey, String> params) {
    insert(handle, "insert into run_param (run, key, value) %s", params);
  }

  /// Tags of runs that are new.
  static void addTags(Handle handle, SortedMap<RunKey, String> tags) {
    insert(handle, "insert into run_tag (run, key, value) %s", tags);
  }

  static void putTags(Handle handle, SortedMap<RunKey, String> tags) {
    insert(
        handle,
        """
        insert into run_tag (run, key, value) %s
        on conflict (run, key) do update set value = excluded.value""",
        tags);
  }

  private static void insert(Handle handle, String sql, SortedMap<RunKey, String> entries) {
    if (entries.isEmpty()) {
      return;
    }
    handle
        .createUpdate(sql.formatted("select * from unnest(:runs, :keys, :values)"))
        .bind("runs", runs(entries.keySet()))
        .bind("keys", Columns.of(keys(entries.keySet())))
        .bind("values", Columns.of(entries.values()))
        .execute();
  }

  private static Argument runs(Collection<RunKey> keys) {
    return Columns.of(keys.stream().mapToLong(RunKey::run).toArray());
  }

  private static List<String> keys(Collection<RunKey> keys) {
    return keys.stream().map(RunKey::key).toList();
  }

  static Optional<String> tag(Handle handle, RunKey tag) {
    return handle
        .createQuery("select value from run_tag where run = :run and key = :key")
        .bind("run", tag.run())
        .bind("key", tag.key())
        .mapTo(String.class)
        .findOne();
  }

  static void deleteTag(Handle handle, RunKey tag) {
    handle
        .createUpdate("delete from run_tag where run = :run and key = :key")
        .bind("run", tag.run())
        .bind("key", tag.key())
        .execute();
  }

  /// The values that these parameters have.
  static Map<RunKey, String> params(Handle handle, List<RunKey> wanted) {
    return handle
        .createQuery(
            """
            select run, key, value from run_param
            where (run, key) in (select * from unnest(:runs, :keys))""")
        .bind("runs", runs(wanted))
        .bind("keys", Columns.of(keys(wanted)))
        .map((row, _) -> Map.entry(new RunKey(row.getLong(1), row.getString(2)), row.getString(3)))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
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
        .bind("datasets", Columns.of(each(inputs, input -> input.dataset().datasetId())))
        .bind("hashes", Columns.of(each(inputs, input -> input.dataset().sha256())))
        .bind("contexts", Columns.of(each(inputs, RunInput::context)))
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
