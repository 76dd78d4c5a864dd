package io.penstock.registry.search.run;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.PageSize;
import io.penstock.registry.search.SearchRequest;
import io.penstock.registry.search.View;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.filter.RunVocabulary;
import io.penstock.registry.search.run.Route.Choice;
import io.penstock.registry.search.run.Route.Terrain;
import io.penstock.registry.search.run.Route.Way;
import io.penstock.registry.search.statement.Reading;
import io.penstock.registry.search.statement.SearchStatement;
import io.penstock.registry.search.statement.SortColumn;
import io.penstock.registry.search.statement.Sql;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/// Searches the runs of experiments.
public final class RunSearch {

  // Ids at hand that did not fit into memory would be gone through one by one; and a page is read
  // sooner than its plan is compiled.
  private static final String SETTINGS =
      "select set_config('work_mem', '128MB', true), set_config('jit', 'off', true)";

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
    var search = new RunSearch(experiments, view, request);
    handle.execute(SETTINGS);
    return search.page(handle, Reading.later("run.*", "run on run.id", mapper), choice);
  }

  private <T> Page<T> page(Handle handle, Reading<T> reading, Choice choice) {
    var leads = new Leads(RunShape.RUNS, filter);
    if (leads.isEmpty() && metric().isEmpty()) {
      return read(handle, statement().where(filter), reading);
    }
    var counted = leads.counted(handle);
    var terrain = terrain(handle, leads);
    var route = choice.of(counted, terrain);
    if (route.way() != Way.CLIMB) {
      return read(handle, leads.follow(route, statement()), reading);
    }
    var top = read(handle, leads.follow(route, climb()), reading);
    // Runs without such a value come behind all others.
    return top.nextToken().isEmpty()
        ? read(handle, leads.follow(choice.of(counted, terrain.flat()), statement()), reading)
        : top;
  }

  private Terrain terrain(Handle handle, Leads leads) {
    boolean ordered = orders.isEmpty() && experiments.size() == 1 && view == View.ACTIVE;
    return new Terrain(
        rows(handle),
        size + 1L,
        ordered,
        metric().map(name -> values(handle, name)).orElse(0L),
        leads.others());
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

  private long rows(Handle handle) {
    var sql = new Sql();
    sql.add("select from run where ").add(within(sql));
    return sql.guessedRows(handle);
  }

  private static long values(Handle handle, String metric) {
    var sql = new Sql();
    return sql.add(RunShape.values(sql, metric)).guessedRows(handle);
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

  private <T> Page<T> read(Handle handle, SearchStatement statement, Reading<T> reading) {
    var search = "runs\0%s\0%s\0%s".formatted(experiments, view, request.identity());
    return statement.page(handle, search, request.pageToken(), size, reading);
  }
}
