package io.penstock.registry.search;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.filter.Field;
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
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Searches experiments.
public final class ExperimentSearch {

  private static final String TAGS =
      "(select tagged.id as experiment, key, value from experiment tagged cross join jsonb_each_text(tagged.tags))";

  // The ids that MLflow's clients know are numbers: 10 comes after 9.
  private static final String PADDED_ID = "lpad(experiment.id, 20, '0')";
  private static final Field BY_NUMBER = new Field(Kind.ATTRIBUTE, "padded_id");

  private static final Shape SHAPE =
      new Shape(
          "experiment",
          "experiment.id",
          Map.of(
              "name",
              Column.text("experiment.name"),
              "experiment_id",
              Column.text("experiment.id"),
              BY_NUMBER.key(),
              Column.text(PADDED_ID),
              "creation_time",
              Column.number("experiment.create_ms"),
              "last_update_time",
              Column.number("experiment.update_ms")),
          Map.of(Kind.TAG, Entries.of(TAGS, "experiment")),
          Map.of());

  private static final Reading<String> ID =
      Reading.atOnce("experiment.id", (row, _) -> row.getString("id"));

  private ExperimentSearch() {}

  /// The ids of the experiments found, newest first where the caller sorts by nothing.
  public static Page<String> search(Handle handle, View view, SearchRequest request) {
    int size = PageSize.TRACKED.of(request);
    var statement = new SearchStatement(SHAPE, new Sql());
    boolean ascending = request.orderBy().isEmpty();
    statement.sorting().by(orders(request));
    statement
        .sorting()
        .thenBy(SortColumn.text(PADDED_ID, ascending), SortColumn.text("experiment.id", ascending));
    statement
        .where(view.condition("experiment.lifecycle_stage"))
        .where(Filter.parse(request.filter(), TaggedVocabulary.EXPERIMENTS));
    var search = "experiments\0%s\0%s".formatted(view, request.identity());
    return statement.page(handle, search, request.pageToken(), size, ID);
  }

  private static List<Order> orders(SearchRequest request) {
    var usual = List.of("creation_time DESC");
    var clauses = request.orderBy().isEmpty() ? usual : request.orderBy();
    return Order.parse(clauses, TaggedVocabulary.EXPERIMENTS).stream()
        .map(order -> order.field().key().equals("experiment_id") ? byNumber(order) : order)
        .toList();
  }

  private static Order byNumber(Order order) {
    return new Order(BY_NUMBER, order.ascending());
  }
}
