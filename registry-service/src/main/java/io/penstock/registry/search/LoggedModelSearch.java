package io.penstock.registry.search;

import static java.util.stream.Collectors.joining;

import io.penstock.kit.page.Page;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Field;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.LoggedModelVocabulary;
import io.penstock.registry.search.filter.Order;
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

/// Searches the models that runs of some experiments logged.
public final class LoggedModelSearch {

  /// Measurements on this data.
  ///
  /// @param name empty for any data
  /// @param digest empty for any version of it
  public record Data(String name, String digest) {

    private String condition(Sql sql) {
      var named = name.isEmpty() ? "true" : "dataset_name = " + sql.bind(name);
      return digest.isEmpty() ? named : named + " and dataset_digest = " + sql.bind(digest);
    }
  }

  /// A field to sort by, as the caller named it.
  ///
  /// @param data whose measurements count where it is a metric
  public record Sort(String field, boolean ascending, Data data) {

    Order order() {
      return new Order(resolved(), ascending);
    }

    private Field resolved() {
      if (data.name().isEmpty() && !data.digest().isEmpty()) {
        throw MlflowFailure.invalid(
            "`dataset_digest` can only be specified if `dataset_name` is also specified.");
      }
      int dot = field.indexOf('.');
      if (dot < 0) {
        return LoggedModelVocabulary.INSTANCE.attribute(field);
      }
      var kind = field.substring(0, dot);
      if (!kind.equals("metrics")) {
        throw MlflowFailure.invalid(
            "Invalid order by field name: %s, only `metrics.<name>` is allowed.".formatted(kind));
      }
      return new Field(Kind.METRIC, field.substring(dot + 1));
    }
  }

  private static final SortColumn CREATED = SortColumn.number("logged.create_ms", false);
  private static final SortColumn ID = SortColumn.text("logged.id", true);

  private static final Map<String, Column> COLUMNS =
      Map.of(
          "name", Column.text("logged.name"),
          "model_id", Column.text(ID.expression()),
          "model_type", Column.text("logged.model_type collate \"C\"").orNull(),
          "status", Column.text("logged.status collate \"C\""),
          "source_run_id", Column.text("logged.source_run").orNull(),
          "creation_timestamp", Column.number(CREATED.expression()),
          "last_updated_timestamp", Column.number("logged.update_ms"));

  private static final Reading<String> KEY =
      Reading.atOnce("logged.id", (row, _) -> row.getString("id"));

  private LoggedModelSearch() {}

  /// The ids of the models found, newest first where the caller sorts by nothing.
  ///
  /// @param data the measurements that the filter looks at; empty for all
  /// @param request whose own order is empty
  public static Page<String> search(
      Handle handle,
      List<String> experiments,
      List<Data> data,
      List<Sort> sorts,
      SearchRequest request) {
    int size = PageSize.TRACKED.of(request);
    var filter = Filter.parse(request.filter(), LoggedModelVocabulary.INSTANCE);
    var sql = new Sql();
    var statement = new SearchStatement(shape(data, sql), sql);
    for (var sort : sorts) {
      statement.sorting().by(sort.order(), metrics(List.of(sort.data()), sql));
    }
    statement.sorting().thenBy(CREATED, ID);
    statement
        .where(
            "logged.experiment = any(%s) and not logged.deleted".formatted(sql.bind(experiments)))
        .where(filter);
    if (!data.isEmpty() && !asksForMetric(filter)) {
      statement.where(
          "exists (select from %s as entry where entry.model = logged.id)"
              .formatted(metrics(data, sql).table()));
    }
    var search = "logged\0%s\0%s\0%s\0%s".formatted(experiments, data, sorts, request.identity());
    return statement.page(handle, search, request.pageToken(), size, KEY);
  }

  private static Shape shape(List<Data> data, Sql sql) {
    return new Shape(
        "logged_model logged",
        "logged.id",
        COLUMNS,
        Map.of(
            Kind.METRIC, metrics(data, sql),
            Kind.PARAMETER, Entries.of("logged_model_param", "model"),
            Kind.TAG, Entries.of("logged_model_tag", "model")),
        Map.of());
  }

  private static Entries metrics(List<Data> data, Sql sql) {
    var condition =
        data.stream().map(one -> "(" + one.condition(sql) + ")").collect(joining(" or "));
    return new Entries(
        "(select * from logged_model_metric where %s)"
            .formatted(condition.isEmpty() ? "true" : condition),
        List.of("model"),
        "%1$s.key = %2$s",
        "order by %1$s.time_ms desc, %1$s.step desc, %1$s.value desc limit 1");
  }

  private static boolean asksForMetric(Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.stream().anyMatch(LoggedModelSearch::asksForMetric);
      case Or(var parts) -> parts.stream().anyMatch(LoggedModelSearch::asksForMetric);
      case Not(var part) -> asksForMetric(part);
      case Comparison comparison -> comparison.field().kind() == Kind.METRIC;
    };
  }
}
