package io.penstock.registry.dataset;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Who used which snapshot: runs, and the versions that came of them.
public final class DatasetUseRepository {

  /// Where a use stands in the list.
  ///
  /// @param model empty for a run, so that runs come first
  /// @param number of the version, or of the run's row
  private record Place(String model, long number, String context) {

    static final Place FIRST = new Place("", 0, "");

    static Place read(PageKey key) {
      return new Place(key.text(), key.number(), key.text());
    }

    boolean isRun() {
      return model.isEmpty();
    }
  }

  private record Row(Place place, DatasetUse use) {
    List<Object> key() {
      return List.of(place.model(), place.number(), place.context());
    }
  }

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

  /// Runs before versions. Each side reads no more than the page holds, in the order of its index.
  static Page<DatasetUse> page(Handle handle, DatasetName name, PageRequest page) {
    var after = page.after(Place.FIRST, Place::read);
    var rows =
        handle
            .createQuery(
                """
                select '' as model, run.id as number, context,
                  'experiments/' || run.experiment || '/runs/' || run.run_id as user_name
                from run join (
                  select run, context from run_input
                  where dataset_id = :id and sha256 = :sha256 and :model = ''
                    and (run, context) > (:number, :context)
                  order by run, context limit :limit) input on input.run = run.id
                union all
                (select model, number, context, 'models/' || model || '/versions/' || number
                from model_version_input
                where dataset_id = :id and sha256 = :sha256
                  and (model, number, context) > (:model, :versionAfter, :contextAfter)
                order by model, number, context limit :limit)
                order by model, number, context limit :limit""")
            .bind("id", name.datasetId())
            .bind("sha256", name.sha256())
            .bind("model", after.model())
            .bind("number", after.number())
            .bind("context", after.context())
            .bind("versionAfter", after.isRun() ? 0 : after.number())
            .bind("contextAfter", after.isRun() ? "" : after.context())
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, Row::key).map(Row::use);
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        new Place(row.getString("model"), row.getLong("number"), row.getString("context")),
        new DatasetUse(row.getString("user_name"), row.getString("context")));
  }
}
