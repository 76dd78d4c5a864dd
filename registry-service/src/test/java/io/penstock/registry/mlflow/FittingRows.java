package io.penstock.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Jdbi;

/// What must hold of a registry's rows whatever its callers did, and in whatever order.
record FittingRows(Jdbi jdbi, FileClient files) {

  void check() {
    assertThat(deadlocks()).as("deadlocks").isZero();
    assertNumbersHaveNoGap();
    assertNone(
        "aliases of versions that are gone",
        """
        select alias.* from model_alias alias join model_version version using (model, number)
        join model on model.id = alias.model
        where version.delete_time is not null and model.delete_time is null""");
    assertNone(
        "stages that their history does not end with",
        """
        select version.model, version.number, version.stage, change.to_stage
        from model_version version left join stage_change change
        on change.model = version.model and change.number = version.number and change.until is null
        where version.stage <> coalesce(change.to_stage, 'NONE') and version.delete_time is null""");
    assertNone(
        "tags of models that differ from those they are found by",
        """
        select model.id from model
        where model.tags <> coalesce(
          (select jsonb_object_agg(key, value) from model_tag where model_tag.model = model.id), '{}')""");
    assertNone(
        "files of versions that were changed",
        """
        select held.* from model_version_file held
        join model_version version using (model, number) left join artifact_file file using (path)
        where version.delete_time is null and file.sha256 is distinct from held.sha256""");
    assertNone(
        "files below files",
        """
        select file.path from artifact_file file join artifact_file folder
        on starts_with(file.path, folder.path || '/')""");
    assertNone(
        "served versions that are none",
        """
        select target.* from release join release_target target using (revision)
        join model_version version on version.model = target.model and version.number = target.number
        where version.delete_time is not null""");
    assertEveryFileIsWhole();
  }

  private long deadlocks() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select deadlocks from pg_stat_database where datname = current_database()")
                .mapTo(long.class)
                .one());
  }

  private void assertNone(String what, String sql) {
    var rows = jdbi.withHandle(handle -> handle.createQuery(sql).mapToMap().list());
    assertThat(rows).as(what).isEmpty();
  }

  private void assertNumbersHaveNoGap() {
    Map<String, List<Long>> numbers = new HashMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("select model, number from model_version order by model, number")
                .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(
                    it ->
                        numbers
                            .computeIfAbsent(it.getKey(), _ -> new ArrayList<>())
                            .add(it.getValue())));
    numbers.forEach(
        (model, found) ->
            assertThat(found)
                .as(model)
                .isEqualTo(LongStream.rangeClosed(1, found.size()).boxed().toList()));
  }

  private void assertEveryFileIsWhole() {
    var paths =
        jdbi.withHandle(
            handle ->
                handle.createQuery("select path from artifact_file").mapTo(String.class).list());
    for (var path : paths) {
      assertThat(files.download(path)).as(path).isNotEmpty();
    }
  }
}
