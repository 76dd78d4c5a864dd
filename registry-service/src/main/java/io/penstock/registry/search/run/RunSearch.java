package io.penstock.registry.search.run;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.PageSize;
import io.penstock.registry.search.SearchRequest;
import io.penstock.registry.search.View;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.filter.RunVocabulary;
import io.penstock.registry.search.run.Leads.Lead;
import io.penstock.registry.search.run.Route.Choice;
import io.penstock.registry.search.run.Route.Terrain;
import io.penstock.registry.search.run.Route.Way;
import io.penstock.registry.search.statement.Reading;
import io.penstock.registry.search.statement.SearchSettings;
import io.penstock.registry.search.statement.SearchStatement;
import io.penstock.registry.search.statement.SortColumn;
import io.penstock.registry.search.statement.Sql;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/// Searches the runs of experiments.
public final class RunSearch {

  // Every number comes before what is none.
  private static final SortColumn IS_NUMBER = SortColumn.number("0::bigint", true);

  private final List<String> experiments;
  private final View view;
  private final SearchRequest request;
  private final int size;
  private final Filter filter;
  private final List<Order> orders;

  private RunSearch(List<String> experiments, View view, SearchRequest request) {
    this.experiments = experiments;
    this.view = view;
    this.request = request;
    this.size = PageSize.TRACKED.of(request);
    this.filter = Filter.parse(request.filter(), RunVocabulary.INSTANCE);
    this.orders = Order.parse(request.orderBy(), RunVocabulary.INSTANCE);
  }

  /// The runs found, newest first where the caller sorts by nothing.
  ///
  /// @param mapper reads the columns of the table `run`
  public static <T> Page<T> search(
      Handle handle,
      List<String> experiments,
      View view,
      SearchRequest request,
      RowMapper<T> mapper) {
    return handle.inTransaction(
        transaction -> search(transaction, experiments, view, request, mapper, Route::cheapest));
  }

  static <T> Page<T> search(
      Handle handle,
      List<String> experiments,
      View view,
      SearchRequest request,
      RowMapper<T> mapper,
      Choice choice) {
    return new RunSearch(experiments, view, request).page(handle, mapper, choice);
  }

  private <T> Page<T> page(Handle handle, RowMapper<T> mapper, Choice choice) {
    var leads = new Leads(RunShape.RUNS, filter);
    var survey = survey(handle, leads);
    var route = choice.of(survey.leads(), survey.terrain());
    if (route.way() != Way.CLIMB) {
      return read(handle, leads.follow(route, statement()), route, mapper);
    }
    var top = read(handle, leads.follow(route, climb()), route, mapper);
    if (!top.nextToken().isEmpty()) {
      return top;
    }
    // Runs without such a value come behind all others.
    var flat = choice.of(survey.leads(), survey.terrain().flat());
    return read(handle, leads.follow(flat, statement()), flat, mapper);
  }

  private record Survey(List<Lead> leads, Terrain terrain) {}

  // All that a route is chosen by, in one round trip.
  private Survey survey(Handle handle, Leads leads) {
    var sql = new Sql();
    sql.add(SearchSettings.SQL);
    leads.ask(sql);
    sql.add("; explain select from run where ").add(within(sql));
    metric().ifPresent(name -> sql.add("; explain ").add(RunShape.values(sql, name)));
    var answers = sql.firsts(handle).iterator();
    answers.next(); // the settings
    var counted = leads.counted(handle, answers);
    long rows = Sql.plannedRows(answers.next());
    long values = metric().isPresent() ? Sql.plannedRows(answers.next()) : 0;
    boolean ordered = orders.isEmpty() && experiments.size() == 1 && view == View.ACTIVE;
    return new Survey(counted, new Terrain(rows, size + 1L, ordered, values, leads.others()));
  }

  /// The metric that the result is sorted by.
  private Optional<String> metric() {
    return orders.stream()
        .limit(1)
        .map(Order::field)
        .filter(field -> field.kind() == Kind.METRIC)
        .map(field -> field.key())
        .findFirst();
  }

  private SearchStatement statement() {
    var statement = new SearchStatement(RunShape.RUNS, new Sql());
    statement.sorting().by(orders);
    return within(statement);
  }

  private SearchStatement climb() {
    var statement = new SearchStatement(RunShape.MEASURED_RUNS, new Sql());
    var value = SortColumn.decimal("measured.value", orders.getFirst().ascending());
    statement.sorting().thenBy(IS_NUMBER, value).by(orders.subList(1, orders.size()));
    return within(statement).where(RunShape.isMeasured(statement.sql(), metric().orElseThrow()));
  }

  private SearchStatement within(SearchStatement statement) {
    statement.sorting().thenBy(RunShape.START, RunShape.ID);
    return statement.where(within(statement.sql())).where(view.condition("run.lifecycle_stage"));
  }

  // An index gives the order of one experiment, not of several together.
  private String within(Sql sql) {
    return experiments.size() == 1
        ? "run.experiment = " + sql.bind(experiments.getFirst())
        : "run.experiment = any(%s)".formatted(sql.bind(experiments));
  }

  // What is collected is little, and its rows are read anyway; who walks should not carry whole
  // rows.
  private <T> Page<T> read(
      Handle handle, SearchStatement statement, Route route, RowMapper<T> mapper) {
    var reading =
        route.way() == Way.COLLECT
            ? Reading.atOnce("run.*", mapper)
            : Reading.later("run.*", "run on run.id", mapper);
    var search = "runs\0%s\0%s\0%s".formatted(experiments, view, request.identity());
    return statement.page(handle, search, request.pageToken(), size, reading);
  }
}
