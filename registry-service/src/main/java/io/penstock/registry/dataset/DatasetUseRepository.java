package io.penstock.registry.dataset;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Who used which snapshot: runs, and the versions that came of them.
public final class DatasetUseRepository {

  private static final DatasetUse BEFORE_ALL = new DatasetUse(DatasetUse.Kind.RUN, "", "");

  private DatasetUseRepository() {}

  /// Makes what a run has read by now that which a version was made of.
  ///
  /// @param run the run's id
  public static void copyInputs(Handle handle, String run, String model, long number) {
    handle
        .createUpdate(
            """
            insert into model_version_input (model, number, dataset_id, sha256, context)
            select :model, :number, input.dataset_id, input.sha256, input.context
            from run_input input join run on run.id = input.run
            where run.run_id = :run
            on conflict do nothing""")
        .bind("model", model)
        .bind("number", number)
        .bind("run", run)
        .execute();
  }

  static Page<DatasetUse> page(Handle handle, DatasetName name, PageRequest page) {
    var after =
        page.after(
            BEFORE_ALL,
            key -> new DatasetUse(DatasetUse.Kind.valueOf(key.text()), key.text(), key.text()));
    var rows =
        handle
            .createQuery(
                """
                select kind, user_name, context from (
                  select 'RUN' as kind, context,
                    'experiments/' || run.experiment || '/runs/' || run.run_id as user_name
                  from run_input join run on run.id = run_input.run
                  where dataset_id = :id and sha256 = :sha256
                  union all
                  select 'VERSION', context, 'models/' || model || '/versions/' || number
                  from model_version_input where dataset_id = :id and sha256 = :sha256) used
                where (kind, user_name collate "C", context collate "C")
                  > (:kind, :user, :context)
                order by kind, user_name collate "C", context collate "C" limit :limit""")
            .bind("id", name.datasetId())
            .bind("sha256", name.sha256())
            .bind("kind", after.kind().name())
            .bind("user", after.user())
            .bind("context", after.context())
            .bind("limit", page.fetchSize())
            .map(
                (row, _) ->
                    new DatasetUse(
                        DatasetUse.Kind.valueOf(row.getString(1)),
                        row.getString(2),
                        row.getString(3)))
            .list();
    return page.page(rows, use -> List.of(use.kind(), use.user(), use.context()));
  }
}
