package io.penstock.registry.search;

import io.penstock.kit.page.Page;
import io.penstock.registry.search.Route.Choice;
import io.penstock.registry.search.Route.Terrain;
import io.penstock.registry.search.Shape.Column;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Kind;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.filter.RunVocabulary;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/// Searches the runs of experiments.
public final class RunSearch {

  private static final String NUMBER_OF_KEY =
      "%1$s.key = (select id from metric_key where key = %2$s)";

  private static final String DATASETS =
      """
      (select used.run, used.context, noted.name, noted.digest
       from run_noted_dataset used join noted_dataset noted on noted.id = used.dataset)""";

  // Runs that still log are in no index of values.
  private static final String METRICS_BY_VALUE =
      """
      (select run, key, value from settled_metric
       union all
       select latest.run, latest.key, latest.value
       from run unsettled join run_metric latest on latest.run = unsettled.id
       where not unsettled.settled)""";

  private static final String SHORT =
      "(select * from %s where octet_length(value) <= " + Leads.MOST_BYTES + ")";

  // Ids at hand that did not fit into memory would be gone through one by one; and a page is read
  // sooner than its plan is compiled.
  private static final String SETTINGS =
      "select set_config('work_mem', '128MB', true), set_config('jit', 'off', true)";

  private static final SortColumn START = SortColumn.number("run.start_ms", false);
  private static final SortColumn ID = SortColumn.text("run.run_id", true);

  private static final Shape SHAPE =
      new Shape(
          "run",
          "run.id",
          Map.of(
              "run_id", Column.text(ID.expression()),
              "run_name", Column.text("run.display_name collate \"C\""),
              "status", Column.text("run.status collate \"C\""),
              "artifact_uri", Column.text("run.artifact_uri collate \"C\""),
              "user_id", Column.text("run.user_id collate \"C\""),
              "start_time", Column.number(START.expression()),
              "end_time", Column.number("run.end_ms").orNull()),
          Map.of(
              Kind.METRIC, new Entries("run_metric", List.of("run"), NUMBER_OF_KEY, ""),
              Kind.PARAMETER, Entries.of("run_param", "run"),
              Kind.TAG, Entries.of("run_tag", "run"),
              Kind.DATASET, Entries.of(DATASETS, "run")),
          Map.of(
              Kind.METRIC, new Entries(METRICS_BY_VALUE, List.of("run"), NUMBER_OF_KEY, ""),
              Kind.PARAMETER, Entries.of(SHORT.formatted("run_param"), "run"),
              Kind.TAG, Entries.of(SHORT.formatted("run_tag"), "run")));

  private RunSearch() {}

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
    int size = PageSize.TRACKED.of(request);
    var filter = Filter.parse(request.filter(), RunVocabulary.INSTANCE);
    var statement = new SearchStatement(SHAPE, new Sql());
    statement
        .sorting()
        .by(Order.parse(request.orderBy(), RunVocabulary.INSTANCE))
        .thenBy(START, ID);
    statement
        .where(within(statement.sql(), experiments))
        .where(view.condition("run.lifecycle_stage"));
    handle.execute(SETTINGS);
    var leads = new Leads(SHAPE, filter);
    if (leads.isEmpty()) {
      statement.where(filter);
    } else {
      boolean ordered = request.orderBy().isEmpty() && experiments.size() == 1;
      var terrain = new Terrain(rows(handle, experiments), size + 1L, ordered, leads.others());
      statement.where(filter, leads, choice.of(leads.counted(handle), terrain));
    }
    var search = "runs\0%s\0%s\0%s".formatted(experiments, view, request.identity());
    return statement.page(handle, search, request, size, new Reading<>("run.*", true, mapper));
  }

  private static long rows(Handle handle, List<String> experiments) {
    var sql = new Sql();
    sql.add("select from run where ").add(within(sql, experiments));
    return sql.guessedRows(handle);
  }

  // An index gives the order of one experiment, not of several together.
  private static String within(Sql sql, List<String> experiments) {
    return experiments.size() == 1
        ? "run.experiment = " + sql.bind(experiments.getFirst())
        : "run.experiment = any(%s)".formatted(sql.bind(experiments));
  }
}
