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
import org.jdbi.v3.core.mapper.RowMapper;

/// Searches registered models.
public final class ModelSearch {

  private static final SortColumn NAME = SortColumn.text("model.name", true);

  private static final Shape SHAPE =
      new Shape(
          "model",
          "model.id",
          Map.of(
              "name", Column.text(NAME.expression()),
              "last_updated_timestamp", Column.time("model.update_time"),
              "creation_timestamp", Column.time("model.create_time")),
          Map.of(Kind.TAG, Entries.of("model_tag", "model")),
          Map.of());

  private ModelSearch() {}

  /// The models found, by name where the caller sorts by nothing.
  ///
  /// @param columns what `mapper` reads of the table `model`
  public static <T> Page<T> search(
      Handle handle, SearchRequest request, String columns, RowMapper<T> mapper) {
    return handle.inTransaction(
        transaction -> search(transaction, request, columns, mapper, TagRoute::survey));
  }

  /// Chooses how to get to the models with certain tags.
  interface Choice {
    TagRoute of(Handle handle, EqualTags tags, long page, boolean ordered);
  }

  static <T> Page<T> search(
      Handle handle, SearchRequest request, String columns, RowMapper<T> mapper, Choice choice) {
    int size = PageSize.MODELS.of(request);
    var filter = Prompts.meant(Filter.parse(request.filter(), TaggedVocabulary.MODELS));
    var orders = Order.parse(request.orderBy(), TaggedVocabulary.MODELS);
    var tags = EqualTags.of(filter);
    var route =
        tags.isEmpty() ? TagRoute.WALK : choice.of(handle, tags, size + 1L, orders.isEmpty());
    var statement = statement(route, tags);
    statement.sorting().by(orders).thenBy(NAME);
    statement
        .where("model.delete_time is null")
        .where(Prompts.hiddenFrom(filter, "model.tags"))
        .where(tags.rest());
    var search = "models\0" + request.identity();
    return statement.page(
        handle, search, request.pageToken(), size, Reading.atOnce(columns, mapper));
  }

  private static SearchStatement statement(TagRoute route, EqualTags tags) {
    var sql = new Sql();
    var tagged = tags.condition("model.tags", sql);
    return switch (route) {
      case WALK -> new SearchStatement(SHAPE, sql).where(tagged);
      // An offset of nothing keeps the planner from reading them in any other way.
      case COLLECT ->
          new SearchStatement(
              SHAPE.from("(select * from model where %s offset 0)".formatted(tagged)), sql);
    };
  }
}
