package io.penstock.registry.search;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.filter.TaggedVocabulary;
import io.penstock.registry.search.statement.Entries;
import io.penstock.registry.search.statement.Reading;
import io.penstock.registry.search.statement.SearchStatement;
import io.penstock.registry.search.statement.Shape;
import io.penstock.registry.search.statement.Shape.Column;
import io.penstock.registry.search.statement.SortColumn;
import io.penstock.registry.search.statement.Sql;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Searches the versions of all models.
public final class VersionSearch {

  /// Which version of which model (`model.id`).
  public record Found(String model, long number) {}

  private static final String TABLE =
      "model_version version join model on model.id = version.model";

  private static final SortColumn UPDATED = SortColumn.time("version.update_time", false);
  private static final SortColumn NAME = SortColumn.text("model.name", true);
  private static final SortColumn NUMBER = SortColumn.number("version.number", false);

  private static final Shape SHAPE =
      new Shape(
          TABLE,
          "(version.model, version.number)",
          Map.of(
              "name", Column.text(NAME.expression()),
              "version_number", Column.number(NUMBER.expression()),
              // MLflow's versions without a run have an empty one.
              "run_id", Column.text("coalesce(version.run_id, '')"),
              "source_path", Column.text("version.source").orNull(),
              "last_updated_timestamp", Column.time(UPDATED.expression()),
              "creation_timestamp", Column.time("version.create_time")),
          Map.of(Kind.TAG, Entries.of("model_version_tag", "model", "number")),
          Map.of());

  private static final Reading<Found> KEY =
      Reading.atOnce(
          "version.model, version.number",
          (row, _) -> new Found(row.getString("model"), row.getLong("number")));

  private VersionSearch() {}

  /// The versions found, last changed first where the caller sorts by nothing.
  public static Page<Found> search(Handle handle, SearchRequest request) {
    int size = PageSize.VERSIONS.of(request);
    var filter = Prompts.meant(Filter.parse(request.filter(), TaggedVocabulary.VERSIONS));
    var statement = new SearchStatement(SHAPE, new Sql());
    statement.sorting().by(Order.parse(request.orderBy(), TaggedVocabulary.VERSIONS));
    if (request.orderBy().isEmpty()) {
      statement.sorting().thenBy(UPDATED);
    }
    statement.sorting().thenBy(NAME, NUMBER);
    statement
        .where("version.delete_time is null and model.delete_time is null")
        .where(Prompts.hiddenFrom(filter, "model.tags"))
        .where(filter);
    var search = "versions\0" + request.identity();
    return statement.page(handle, search, request.pageToken(), size, KEY);
  }
}
